"""Certification's adapters."""
