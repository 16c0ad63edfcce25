"""HTTP schemas: API responses."""

from marshmallow import Schema, fields


class InvoiceLineSchema(Schema):
    """One fee on an invoice, in cents."""

    item = fields.String(required=True)
    title = fields.String(required=True)
    amount_cents = fields.Integer(required=True)


class InvoiceSchema(Schema):
    """An invoice, with amounts in cents."""

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
    """The page to send the payer's browser to."""

    checkout_url = fields.String(required=True)


class WebhookOutcomeSchema(Schema):
    """The outcome of a card processor's report."""

    outcome = fields.String(required=True)
