"""Indicators (what is measured, in which unit, how often) and who reports them where."""
