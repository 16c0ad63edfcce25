"""HTML routes: a district's complaints, legal's cases, and final orders."""
