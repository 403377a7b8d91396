"""Which categories there are: every module of `portal.products.categories`, found by looking."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from portal.core.errors import NotFound
from portal.core.i18n import N_
from portal.products import categories as own_categories
from portal.products.base import Dimension, Words
from portal.products.declaration import Category


def discover(package: ModuleType) -> dict[str, Category]:
    """code -> the `CATEGORY` of each module of `package`, in the order of the modules' names.

    Raises `AttributeError` for a module without one and `ValueError` for a code declared twice.
    """
    found: dict[str, Category] = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        category = importlib.import_module(f"{package.__name__}.{module.name}").CATEGORY
        if category.code in found:
            raise ValueError(f"category {category.code!r} is declared twice")
        found[category.code] = category
    return found


@cache
def categories() -> dict[str, Category]:
    """Every category by its code."""
    return discover(own_categories)


def category(code: str) -> Category:
    """The category called `code`. Raises `NotFound`."""
    try:
        return categories()[code]
    except KeyError:
        raise NotFound(N_("There is no such category of product.")) from None


def vocabulary(dimension: Dimension) -> dict[str, Words]:
    """Every code of one side of capability, over all categories, with its words."""
    return {code: label for one in categories().values() for code, label in one.vocabulary(dimension).items()}
