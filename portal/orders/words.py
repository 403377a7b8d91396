"""An order in words: its stage, whose turn it is as the reader says it, what has happened to it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.filters import as_date, number
from portal.core.i18n import N_, _, current, retold
from portal.core.lifecycle import LIFECYCLES
from portal.core.money import show
from portal.orders import progress
from portal.orders.changes import words as changes
from portal.orders.lifecycle import ENDED_STAGES, OrderStage

_S = OrderStage
#: stage -> (words, tone of its tag)
STAGES = {
    _S.AWAITING_DEPOSIT: (N_("Waiting for the deposit"), "warn"),
    _S.AWAITING_ACCEPTANCE: (N_("Spec to be accepted"), "info"),
    _S.SAMPLING: (N_("Sample being made"), "info"),
    _S.SAMPLE_REVIEW: (N_("Sample to be judged"), "warn"),
    _S.PRODUCTION: (N_("In production"), "info"),
    _S.INSPECTION: (N_("To be inspected"), "info"),
    _S.REWORK: (N_("Rework"), "warn"),
    _S.CONCESSION: (N_("Concession to be decided"), "warn"),
    _S.AWAITING_BALANCE: (N_("Waiting for the balance"), "warn"),
    _S.READY_TO_SHIP: (N_("Ready to ship"), "info"),
    _S.SHIPPED: (N_("Shipped"), "info"),
    _S.DELIVERED: (N_("Delivered"), "good"),
    _S.DISPUTED: (N_("Claim open"), "bad"),
    _S.CLOSED: (N_("Closed"), "good"),
    _S.EXPIRED: (N_("Expired"), "neutral"),
    _S.CANCELLED: (N_("Cancelled"), "neutral"),
}
#: What each part of an order's amounts is called, in the order of the bill.
AMOUNTS = {
    "goods_minor": N_("Goods"),
    "tooling_minor": N_("Tooling"),
    "plate_minor": N_("Plate fee"),
    "sample_minor": N_("Sample fee"),
    "freight_minor": N_("Freight"),
    "tax_minor": N_("Tax"),
}
_ROLES = {Role.CREATOR: N_("Creator"), Role.FACTORY: N_("Factory"), Role.OPERATOR: N_("Operator")}


def turn_of(order: Any, actor: Actor, history: Iterable[Any] = ()) -> str:
    """Whose turn it is at the order's stage, as the reader says it; '' when nobody's. With its `history`, a side of two
    that has done its part is left out."""
    return _whose(progress.turn_left(order, history), actor)


def _whose(whose: frozenset[Role], actor: Actor) -> str:
    if not whose:
        return ""
    if len(whose) > 1:
        return _("Both sides")
    role = next(iter(whose))
    return _("You") if role == actor.role else str(_ROLES[role])


#: stage -> the order's date by which the next thing is to be done, where the stage's own is one; the promised day for
#: all others
DUE_FIELDS = {
    _S.AWAITING_DEPOSIT: "deposit_due_at",
    _S.AWAITING_ACCEPTANCE: "due_at",
    _S.SAMPLING: "sample_due_at",
    _S.SAMPLE_REVIEW: "due_at",
    _S.CONCESSION: "due_at",
    _S.DISPUTED: "due_at",
    _S.AWAITING_BALANCE: "balance_due_at",
    _S.SHIPPED: "arrival_due_at",
    _S.DELIVERED: "claims_until",
}


def due_of(order: Any) -> date | datetime | None:
    """By when the next thing is to be done; None when nothing is."""
    return None if order.stage in ENDED_STAGES else getattr(order, DUE_FIELDS.get(order.stage, "ship_by"))


def is_late(order: Any) -> bool:
    """Whether what is to be done now should have been done by now."""
    return order.stage not in ENDED_STAGES and order.due_at < now()


def factory_name(order: Any) -> str:
    """The factory's name in the reader's script, where it has one."""
    if current().startswith("zh"):
        return order.factory_name_zh or order.factory_name
    return order.factory_name or order.factory_name_zh


def party_of(order: Any, actor: Actor) -> str:
    """With whom the reader deals in this order; an operator sees both."""
    if actor.role == Role.FACTORY:
        return order.creator_name
    if actor.role == Role.CREATOR:
        return factory_name(order)
    return f"{order.creator_name} – {factory_name(order)}"


class Listed(NamedTuple):
    """An order in a list, in the reader's words."""

    path: str
    number: int
    title: str
    party: str
    stage: str
    tone: str
    turn: str
    due: date | datetime | None
    due_on: str
    late: bool
    quantity: str
    total: str


def listed(rows: Iterable[Any], actor: Actor, paths: Callable[[UUID], str]) -> list[Listed]:
    """Rows of `queries.orders` for a page. What belongs to a stage is said once, not for each order."""
    said = {stage: (str(words), tone, _whose(progress.turn(stage), actor)) for stage, (words, tone) in STAGES.items()}
    return [_listed(row, actor, said[row.stage], paths(row.id)) for row in rows]


def _listed(row: Any, actor: Actor, said: tuple[str, str, str], path: str) -> Listed:
    due = due_of(row)
    return Listed(
        path,
        row.number,
        row.title,
        party_of(row, actor),
        *said,
        due,
        as_date(due) if due else "",
        is_late(row),
        number(row.quantity),
        show(row.total_minor, row.currency),
    )


def who(role: Role | None, order: Any, actor: Actor) -> str:
    """Somebody of an order by name; the reader is "You", and whoever is neither side is the portal."""
    if role == actor.role:
        return _("You")
    if role == Role.CREATOR:
        return order.creator_name
    return factory_name(order) if role == Role.FACTORY else _("Xiaodan")


@dataclass(frozen=True)
class Happening:
    """A line of the timeline."""

    title: Any
    at: datetime
    actor: str
    note: str


#: What is recorded of an order without a step of the table.
_RECORDED = {"spec_revised": N_("New spec revision ready"), "subsidy_granted": N_("The portal gives a subsidy")}


#: What failed jobs are about, for operators.
JOBS = {
    "payments.settle_end": N_("Returning money after the end of an order or a claim"),
    "payments.follow_bill": N_("Bringing payments up to a changed bill"),
    "payments.order_ended": N_("Closing the payment page of an ended order"),
    "payments.carry_out": N_("Doing at Stripe what is intended"),
    "payments.handle_message": N_("Reading a message from Stripe"),
    "specs.freeze": N_("Making the production spec"),
    "specs.revise": N_("Making a new revision of the spec"),
    "specs.shipping_papers": N_("Making a parcel’s papers"),
    "specs.inspection_report": N_("Making an inspection report"),
    "mail.announce": N_("Writing letters about a step"),
}


def said(subject: str, event: str) -> Any | None:
    """What the lifecycle's table says of an event; None where it says nothing (a reminder)."""
    if event in _RECORDED:
        return _RECORDED[event]
    table = LIFECYCLES.get(subject)
    return next((step.said for step in table.steps if step.event == event), None) if table else None


def timeline(history: Iterable[Any], order: Any, actor: Actor) -> list[Happening]:
    """The events of an order that have words, in the order given."""
    return [
        Happening(title, event.created_at, who(event.actor_role, order, actor), _note(event, order.currency))
        for event in history
        if (title := said(event.subject, event.name)) is not None
    ]


def _note(event: Any, currency: str) -> str:
    """What was said, and what moves: to the creator and to the factory at an end, to the card at a refund."""
    data, said = event.data, []
    if data.get("refund_minor"):
        said.append(_("%(amount)s goes back to the creator.", amount=show(data["refund_minor"], currency)))
    if data.get("refund_minor") is not None and data.get("fee_minor"):
        said.append(_("%(amount)s stays with the factory.", amount=show(data["fee_minor"], currency)))
    if event.subject == "refund" and "amount_minor" in data:
        said.append(show(data["amount_minor"], currency))
    return " ".join([retold(str(data.get("reason", ""))), *said]).strip()


def task_items(order: Any, history: Sequence[Any], actor: Actor, panels: set[str]) -> list[dict[str, Any]]:
    """The task list of an order for the `task_list` macro; `panels` are those that the page has. An open change order
    stands beside what is to be done now."""
    items: list[dict[str, Any]] = []
    for task, state in progress.tasks(order, history):
        by = _due(order, task, state)
        items.append(
            {
                "text": task.text,
                "state": state,
                "who": who(task.role, order, actor),
                "by": _("by %(when)s", when=as_date(by)) if by else None,
                "late": state == "current" and task.role is not None and is_late(order),
                "href": f"#{task.panel}" if state == "current" and task.panel in panels else None,
            }
        )
    if change := changes.waiting(history):
        now = next((place for place, item in enumerate(items) if item["state"] == "current"), len(items))
        items.insert(now, _change_item(change, order, actor))
    return items


def _due(order: Any, task: progress.Task, state: str) -> date | datetime | None:
    """By when: of what somebody is to do now, when the stage ends; of what comes later, the order's own date for it."""
    if state == "current" and task.role:
        return due_of(order)
    due: date | datetime | None = getattr(order, task.due) if task.due and state != "done" else None
    return due


def _change_item(change: changes.Waiting, order: Any, actor: Actor) -> dict[str, Any]:
    other = Role.FACTORY if change.side == Role.CREATOR else Role.CREATOR
    return {
        "text": _("Answer change order %(number)d", number=change.number),
        "state": "current",
        "who": who(other, order, actor),
        "by": _("by %(when)s", when=as_date(change.due)),
        "href": "#changes",
    }
