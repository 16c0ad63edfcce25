"""Reads the report formats that districts send."""
