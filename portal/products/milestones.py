"""How goods are made, step by step: what a factory reports of, a creator sees coming. Categories declare their own."""

from portal.core.i18n import N_
from portal.products.base import Option, options

#: For categories that declare none.
NEUTRAL = options(
    ("materials", N_("Materials in")),
    ("making", N_("Making")),
    ("checking", N_("Checking")),
    ("packing", N_("Packing")),
)


def check(declared: tuple[Option, ...]) -> None:
    """Raises `ValueError` for a category whose milestones are fewer than two, or doubled."""
    codes = [option.code for option in declared]
    if len(codes) < 2 or len(set(codes)) != len(codes):
        raise ValueError(f"milestones must be two or more, each once: {codes}")
