"""Where an order stands, in pictures and in tasks: whose turn it is, and by when.

`TASKS` says it all: order page, order list and desk read it together with the lifecycle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.orders.lifecycle import ENDED_STAGES, ORDER, OrderStage

_S = OrderStage


@dataclass(frozen=True)
class Task:
    """One thing that somebody does on an order: while it is at `stage`, until one of `events` has happened (by that
    role, where it is one of two sides that must do it). `due` names the order's date; `role` None is the portal."""

    code: str
    text: Any
    role: Role | None
    stage: OrderStage | None  # None: over before the page is first seen
    events: frozenset[str]
    due: str = ""
    after: str = ""  # an event without which it cannot begin
    panel: str = ""  # of the order page, where it is done
    own: bool = False  # each side does it for itself


_SIGNED = frozenset({"spec_accepted", "spec_sealed"})
TASKS = (
    Task("place", N_("Place the order"), Role.CREATOR, None, frozenset({"order_placed"})),
    Task(
        "pay_deposit", N_("Pay the deposit"), Role.CREATOR, _S.AWAITING_DEPOSIT, frozenset({"deposit_paid"}),
        due="deposit_due_at", panel="payments",
    ),
    Task("freeze_spec", N_("Prepare the production spec"), None, _S.AWAITING_ACCEPTANCE, frozenset({"spec_ready"})),
    Task(
        "accept_spec_creator", N_("Read and accept the production spec"), Role.CREATOR, _S.AWAITING_ACCEPTANCE, _SIGNED,
        after="spec_ready", own=True, panel="spec",
    ),
    Task(
        "accept_spec_factory", N_("Read and accept the production spec"), Role.FACTORY, _S.AWAITING_ACCEPTANCE, _SIGNED,
        after="spec_ready", own=True, panel="spec",
    ),
    Task("make", N_("Make and ship the goods"), Role.FACTORY, _S.ACCEPTED, frozenset(), due="ship_by"),
)  # fmt: skip

#: The picture of an order's way: (code, label).
WAY = (
    ("ordered", N_("Ordered")),
    ("deposit", N_("Deposit")),
    ("spec", N_("Spec")),
    ("production", N_("Production")),
    ("inspection", N_("Inspection")),
    ("balance", N_("Balance")),
    ("shipped", N_("Shipped")),
    ("delivered", N_("Delivered")),
)
#: The part of the way that an order at a stage has before it now.
HERE = {
    _S.AWAITING_DEPOSIT: "deposit",
    _S.AWAITING_ACCEPTANCE: "spec",
    _S.ACCEPTED: "production",
}


def turn(stage: OrderStage | str) -> frozenset[Role]:
    """Whose turn it is at a stage: one side, both, or nobody's."""
    return frozenset(task.role for task in TASKS if task.stage == stage and task.role)


def tasks(order: Any, history: Iterable[Any]) -> list[tuple[Task, str]]:
    """Every task with its state: done, current, waiting, or blocked once the order has ended. `history`: its events."""
    happened = {(event.name, event.actor_role) for event in history}
    names = {name for name, _role in happened}
    return [(task, _state(order.stage, task, happened, names)) for task in TASKS]


def _state(stage: OrderStage, task: Task, happened: set[tuple[str, Any]], names: set[str]) -> str:
    done = any((name, task.role) in happened if task.own else name in names for name in task.events)
    if done:
        return "done"
    if stage in ENDED_STAGES:
        return "blocked"
    return "current" if stage == task.stage and (not task.after or task.after in names) else "waiting"


def may(step: str, order: Any, role: Role | None) -> bool:
    """Whether the lifecycle lets `role` take a step on this order now."""
    return ORDER.allows(step, order.stage, role)
