"""Import file formats: the organization list and the legacy system's persons.

A file is imported whole or not at all; faults are reported by file, row and column.
"""
