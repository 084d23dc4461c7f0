"""Shared words: errors, quantity and comparator, period, clock, number printing, the message catalogue."""
