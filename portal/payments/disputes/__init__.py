"""Card disputes: a payer's bank asks for a payment back. Followed, answered with the order's record, won or lost."""
