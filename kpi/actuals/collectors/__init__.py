"""Adapters that read rows from outside: an HTTP JSON endpoint, a SQL query, a folder of files. One file a kind."""
