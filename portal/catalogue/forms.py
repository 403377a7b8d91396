"""The forms of the catalogue: prices typed on the page, and a file of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.catalogue.operations import Said
from portal.catalogue.queries import Product
from portal.catalogue.sheets import read_price, read_sku
from portal.core.errors import Invalid
from portal.core.money import major


class PricesForm:
    """A retail price and a number for each product of the page, in fields called `retail-<id>` and `sku-<id>`.

    `values` are the fields' texts, as typed or as kept; `errors` maps a field to its messages after `said` was asked.
    """

    def __init__(self, products: Sequence[Product], typed: Mapping[str, str] | None = None) -> None:
        self.products = products
        self.errors: dict[str, list[str]] = {}
        self.values = {name: text for product in products for name, text in _kept(product).items()}
        if typed is not None:
            self.values |= {name: typed[name] for name in self.values if name in typed}

    def said(self) -> list[Said]:
        """What is right of it, for the products that it changes."""
        return [said for product in self.products if (said := self._said(product)) and _changes(said, product)]

    def _said(self, product: Product) -> Said | None:
        retail = self._read(f"retail-{product.id}", read_price, product.currency)
        sku = self._read(f"sku-{product.id}", read_sku)
        refused = {f"retail-{product.id}", f"sku-{product.id}"} & set(self.errors)
        return None if refused else Said(product.id, sku, retail)

    def _read(self, name: str, read: Any, *more: Any) -> Any:
        try:
            return read(self.values[name], *more)
        except Invalid as problem:
            self.errors[name] = [str(problem.message)]
            return None


def _kept(product: Product) -> dict[str, str]:
    retail = "" if product.retail_minor is None else f"{major(product.retail_minor, product.currency):f}"
    return {f"retail-{product.id}": retail, f"sku-{product.id}": product.sku}


def _changes(said: Said, product: Product) -> bool:
    return (said.sku, said.retail_minor) != (product.sku, product.retail_minor)
