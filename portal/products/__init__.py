"""The product categories: one declaration each, from which come form, validation, comparison, matching and PDF.

`category(code)` and `categories()` give the declarations; `values.parse` reads and checks input, `rules.check` looks
across fields, `present` shows values in any language, `forms.SpecForm` is the form.
"""

from portal.products.registry import categories, category, vocabulary

__all__ = ["categories", "category", "vocabulary"]
