"""Certification's domain, one file per noun; importing it maps every table."""
