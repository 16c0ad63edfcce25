"""Shapes over HTTP: what the API answers."""

from marshmallow import Schema, fields


class InvoiceLineSchema(Schema):
    """One fee on an invoice, in cents."""

    item = fields.String(required=True)
    title = fields.String(required=True)
    amount_cents = fields.Integer(required=True)


class InvoiceSchema(Schema):
    """An invoice, its amounts in cents."""

    invoice_id = fields.UUID(required=True)
    invoice_number = fields.String(required=True)
    application_id = fields.UUID(required=True)
    status = fields.String(required=True)
    amount_cents = fields.Integer(required=True)
    currency = fields.String(required=True)
    opened_on = fields.Date(required=True)
    lines = fields.List(fields.Nested(InvoiceLineSchema), required=True)


class InvoiceListSchema(Schema):
    """The caller's invoices."""

    invoices = fields.List(fields.Nested(InvoiceSchema), required=True)


class CheckoutSchema(Schema):
    """Where the payer's browser is to be sent."""

    checkout_url = fields.String(required=True)


class WebhookOutcomeSchema(Schema):
    """What became of a report of the card processor."""

    outcome = fields.String(required=True)
