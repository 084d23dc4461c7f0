"""The append-only trail: every action writes who changed what, when, from what, to what, and why."""
