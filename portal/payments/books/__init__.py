"""Stripe's books beside ours: copied line by line, matched, summed up, and corrected by entries."""
