"""The product categories: one declaration each, from which come form, validation, comparison, matching and PDF."""
