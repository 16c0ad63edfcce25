"""Certification's use cases, one transaction each; one file per noun."""
