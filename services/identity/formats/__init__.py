"""The files that identity imports: an organization list, and persons of the legacy system.

A file is taken whole or not at all; what is wrong in it is told by file, row and column.
"""
