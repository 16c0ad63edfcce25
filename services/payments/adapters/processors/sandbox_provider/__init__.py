"""The sandbox card provider: a separate process that behaves like a card processor.

It has a hosted payment page, an HTTP API, signed webhooks and a book of captures and refunds. No
money moves; it accepts only the test cards on its page.
"""
