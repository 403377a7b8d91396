"""Samples: rounds with photos and measures, comments pinned on the photos, and the golden sample sealed at the end."""
