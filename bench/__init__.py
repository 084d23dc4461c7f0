"""Measurements on generated data: `python -m bench`; what they gave is in docs/performance.md."""
