"""HTML routes: a district's complaints, legal's cases, and final orders."""

from services.legal.pages import cases, complaints, orders

blueprints = (complaints.blueprint, cases.blueprint, orders.blueprint)
