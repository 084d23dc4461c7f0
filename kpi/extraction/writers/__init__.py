"""Candidates written for other programs and people: one function a format, all in one registry."""
