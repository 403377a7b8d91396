"""Bulk production: how far it has come, and how many good pieces it gave."""
