"""Queries for pages and API: findings, staff, courses, reports and the state's overview."""
