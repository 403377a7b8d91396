"""What a change order may say, and what it would come to. Nothing here is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any, NamedTuple

from portal.orders import bill
from portal.orders.lifecycle import OrderStage
from portal.products import rules
from portal.products.base import Stage, Value, Values
from portal.products.declaration import Category
from portal.products.findings import Context, Finding
from portal.products.values import parse, raw_values

_S = OrderStage
#: Stages at which the balance is not paid yet, so that what the order costs may still change.
UNPAID = frozenset({
    _S.SAMPLING, _S.SAMPLE_REVIEW, _S.PRODUCTION, _S.INSPECTION, _S.REWORK, _S.CONCESSION, _S.AWAITING_BALANCE,
})  # fmt: skip
#: Stages at which either side may propose a change: from the sealed spec until the parcels are on their way.
CHANGEABLE = UNPAID | {_S.READY_TO_SHIP}


class Spec(NamedTuple):
    """The spec as it is agreed now: values by field, and what the factory takes for fields that are blank."""

    values: dict[str, Value]
    assumptions: dict[str, str]


@dataclass(frozen=True)
class Proposal:
    """What one side proposes. `values`: spec field -> new value, None for what goes; `files`: `artwork.Swap` by the new
    file's id, which only the creator offers; `price_minor` is added to the
    total; None for quantity and day: as they are. `seen` is the number of the newest change order (0: none) when the
    page was made."""

    reason: str
    values: dict[str, Value | None] = field(default_factory=dict)
    quantity: int | None = None
    price_minor: int = 0
    ship_by: date | None = None
    seen: int = 0
    files: Mapping[str, Any] = field(default_factory=dict)


def with_changes(values: Values, changed: Mapping[str, Value | None]) -> dict[str, Value]:
    """`values` after a change order."""
    return {name: value for name, value in {**values, **changed}.items() if value is not None}


@dataclass(frozen=True)
class Examined:
    """What became of somebody's new input: the `differences` (field -> value, None for what goes), and what the change
    would break: `problems` by path, and `findings` that keep a spec from being made."""

    differences: dict[str, Value | None]
    problems: dict[str, str]
    findings: list[Finding]

    @property
    def ok(self) -> bool:
        return not self.problems and not self.findings


def examine(
    category: Category, spec: Spec, raw: Mapping[str, Any], documents: frozenset[str] = frozenset()
) -> Examined:
    """Check the raw input of some fields against the whole spec. What was amiss before and is not touched is no concern
    of the change; what it makes blank though it is needed, is."""
    before = parse(category, raw_values(category, spec.values), Stage.FREEZE, spec.assumptions)
    after = parse(category, {**before.raw, **raw}, Stage.FREEZE, spec.assumptions)
    problems = {
        path: words
        for path, words in after.problems.items()
        if path not in before.problems or path.split("-")[0] in raw
    }
    names = [*before.values, *(name for name in after.values if name not in before.values)]
    differences = {name: after.values.get(name) for name in names if before.values.get(name) != after.values.get(name)}
    context = Context(documents=documents)
    known = {_mark(finding) for finding in rules.blocking(rules.check(category, before.values, context))}
    found = rules.blocking(rules.check(category, after.values, context))
    return Examined(differences, problems, [finding for finding in found if _mark(finding) not in known])


def _mark(finding: Finding) -> tuple[str, tuple[str, ...]]:
    return finding.code, finding.fields


def amounts_with(order: Any, quantity: int | None, price_minor: int) -> dict[str, int]:
    """The bill of an order (or its page's row) with other terms, as `bill.amounts` gives it."""
    terms = getattr(order, "terms", None) or {"amounts": order.amounts, "quote": order.quote}
    changed = SimpleNamespace(
        terms=terms,
        quantity=quantity or order.quantity,
        made_quantity=order.made_quantity,
        unit_price_minor=order.unit_price_minor,
        extras_minor=order.extras_minor + price_minor,
        deposit_minor=order.deposit_minor,
    )
    return bill.amounts(changed)


def former(order: Any, spec: Spec, values: Mapping[str, Value | None]) -> dict[str, Any]:
    """What a change takes the place of, as `ChangeOrder.former` keeps it."""
    return {
        "values": {name: spec.values.get(name) for name in values},
        "assumptions": {name: spec.assumptions[name] for name in values if name in spec.assumptions},
        "quantity": order.quantity,
        "ship_by": order.ship_by.isoformat() if order.ship_by else None,
        "amounts": bill.amounts(order),
    }


@dataclass(frozen=True)
class Outlook:
    """What a change would alter as things stand: the columns of a `ChangeOrder` that are read for it."""

    values: Mapping[str, Value | None]
    quantity: int | None
    price_minor: int
    ship_by: date | None
    former: dict[str, Any]
    amounts: dict[str, int]
    files: Mapping[str, Any]


def outlook(order: Any, spec: Spec, change: Any) -> Outlook:
    """The outlook of a proposal, or of an open change order, on an order or its page's row."""
    return Outlook(
        values=change.values,
        quantity=change.quantity,
        price_minor=change.price_minor,
        ship_by=change.ship_by,
        former=former(order, spec, change.values),
        amounts=amounts_with(order, change.quantity, change.price_minor),
        files=change.files,
    )
