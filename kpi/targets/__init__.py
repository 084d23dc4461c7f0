"""Reviewed targets with their versions, baselines and plan curves."""
