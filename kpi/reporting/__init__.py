"""Rows become the numbered monthly report: its content once, written as docx, xlsx and html."""
