"""Events on their way to the product."""
