"""Request schemas of the merchant API."""

from marshmallow import Schema, fields, validate

_text = validate.Length(min=1, max=500)
_cents = validate.Range(min=1, max=99_999_999)


class CheckoutSchema(Schema):
    """The amount to pay, and the payer's and webhooks' URLs."""

    invoice_number = fields.String(required=True, validate=_text)
    amount_cents = fields.Integer(required=True, strict=True, validate=_cents)
    currency = fields.String(
        required=True, validate=validate.Regexp("^[A-Z]{3}$", error="Must be a code such as USD.")
    )
    description = fields.String(required=True, validate=_text)
    return_url = fields.Url(required=True, schemes={"http", "https"}, require_tld=False)
    webhook_url = fields.Url(required=True, schemes={"http", "https"}, require_tld=False)


class RefundSchema(Schema):
    """The amount to refund, and the payment."""

    reference = fields.String(required=True, validate=_text)
    amount_cents = fields.Integer(required=True, strict=True, validate=_cents)


class MischiefSchema(Schema):
    """Mischief for one checkout, or for all without their own."""

    checkout_id = fields.String(validate=_text)
    duplicate = fields.Integer(strict=True, validate=validate.Range(min=1, max=10))
    delay_seconds = fields.Float(validate=validate.Range(min=0, max=3600))
    reorder = fields.Boolean()
    drop_first = fields.Integer(strict=True, validate=validate.Range(min=0, max=10))
