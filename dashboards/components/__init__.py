"""Functions from rows to components and figures; no database, no callbacks."""
