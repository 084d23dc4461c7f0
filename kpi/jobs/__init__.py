"""The schedule on one page, the runner with its lease, in a process of its own."""
