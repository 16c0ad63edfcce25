"""The sandbox card provider: a small process of its own that behaves as a card processor does.

It has a hosted payment page, an HTTP API, signed webhooks and a book of what was captured and
refunded. No money moves; only the test cards on its page are taken.
"""
