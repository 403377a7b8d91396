"""The hosted payment page, and what paying on it does."""
