"""Readers: a file's bytes become text; one file a kind, one registry, nothing here knows the database."""
