"""Parcels: what left in each, who carries it, whether it has arrived; and the claim window that begins then."""
