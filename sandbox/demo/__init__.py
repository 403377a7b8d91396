"""Demo data: plausible factories, people, briefs and orders, made through the portal's own operations."""
