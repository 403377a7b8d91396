"""Subsidies: what the portal gives a creator of its own, out of a budget for each month and currency."""
