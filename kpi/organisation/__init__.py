"""Departments, regions and institutions as one tree of org units."""
