"""Joined, read-only rows that pages, the API and reports show."""
