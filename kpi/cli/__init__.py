"""The `kpi` command: one module a group of commands; each parses, opens one session, calls one action."""
