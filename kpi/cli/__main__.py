"""`python -m kpi.cli` is the `kpi` command."""

from kpi.cli.main import main

main(prog_name="kpi")
