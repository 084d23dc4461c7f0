"""The report's content as a file: one module a format, one registry."""
