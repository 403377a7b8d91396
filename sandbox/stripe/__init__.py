"""A local stand-in of Stripe's API, as a process of its own: `python -m sandbox.stripe --help`.

It is strict where Stripe is strict, keeps what it acknowledged through a kill, and misbehaves on request. The
product knows only its address. Read it in this order:

books/      what is stored (SQLite), and one atomic piece of work on it
resources/  Stripe's objects: what each endpoint does, one module per resource
api/        the way in under /v1: keys, idempotency, strict parameters, lists, expansion
checkout/   the hosted payment page and what paying on it does
connect/    the hosted pages of connected accounts
webhooks/   signed deliveries with retries
control.py  the misbehaviour that a test asks for, outside /v1
"""
