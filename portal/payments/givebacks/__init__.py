"""Refunds after release: what a factory gives back of what it has been paid, by itself or because the creator asks."""
