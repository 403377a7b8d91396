"""The way in under /v1."""
