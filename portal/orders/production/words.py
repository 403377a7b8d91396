"""Production in words."""

from portal import products


def milestone_name(category: str, code: str) -> str:
    """What a category calls one of its milestones, in the current language."""
    return next((str(option.label) for option in products.category(category).milestones if option.code == code), code)
