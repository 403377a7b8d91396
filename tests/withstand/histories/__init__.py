"""Random histories of money, driven through the portal and the Stripe stand-in, against a plain reference ledger."""
