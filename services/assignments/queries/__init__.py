"""Selects that show: a district's findings, staff, courses and reports, and the state's view."""
