"""Change orders: what both sides agree to alter after the spec is frozen, price, date and spec together."""
