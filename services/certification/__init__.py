"""Certification: who may teach what, from the application to the certificate and its end."""
