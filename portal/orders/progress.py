"""Where an order stands, in pictures and in tasks: whose turn it is, and by when.

`TASKS` says it all: order page, order list and desk read it together with the lifecycle.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
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
    lacks: str = ""  # the order's column that is empty until it is done; it keeps nobody else from the stage's own task
    again: bool = False  # an order may come back to it
    detour: bool = False  # most orders never come to it: only shown to those that do


def _on(*events: str) -> frozenset[str]:
    return frozenset(events)


_SIGNED = _on("spec_accepted", "spec_sealed")
TASKS = (
    Task("place", N_("Place the order"), Role.CREATOR, None, _on("order_placed")),
    Task("pay_deposit", N_("Pay the deposit"), Role.CREATOR, _S.AWAITING_DEPOSIT, _on("deposit_paid"),
         due="deposit_due_at", panel="payments"),
    Task("freeze_spec", N_("Prepare the production spec"), None, _S.AWAITING_ACCEPTANCE, _on("spec_ready")),
    Task("accept_spec_creator", N_("Read and accept the production spec"), Role.CREATOR, _S.AWAITING_ACCEPTANCE,
         _SIGNED, after="spec_ready", own=True, panel="spec"),
    Task("accept_spec_factory", N_("Read and accept the production spec"), Role.FACTORY, _S.AWAITING_ACCEPTANCE,
         _SIGNED, after="spec_ready", own=True, panel="spec"),
    Task("send_sample", N_("Make and send the sample"), Role.FACTORY, _S.SAMPLING,
         _on("sample_sent", "golden_sample_kept"), due="sample_due_at", panel="samples", again=True),
    Task("judge_sample", N_("Judge the sample"), Role.CREATOR, _S.SAMPLE_REVIEW,
         _on("sample_approved", "golden_sample_kept"), panel="samples", again=True),
    Task("make", N_("Make the goods"), Role.FACTORY, _S.PRODUCTION, _on("production_finished"), due="ship_by",
         panel="production", again=True),
    Task("inspect", N_("Inspect the goods"), Role.FACTORY, _S.INSPECTION,
         _on("inspection_passed", "concession_granted"), due="ship_by", panel="inspections", again=True),
    Task("rework", N_("Rework what failed, or ask for a concession"), Role.FACTORY, _S.REWORK,
         _on("rework_finished", "concession_granted"), due="ship_by", panel="inspections", again=True, detour=True),
    Task("decide_concession", N_("Decide whether to take the goods as they are"), Role.CREATOR, _S.CONCESSION,
         _on("concession_granted", "concession_refused"), panel="inspections", again=True, detour=True),
    Task("pay_balance", N_("Pay the balance"), Role.CREATOR, _S.AWAITING_BALANCE, _on("balance_paid"),
         due="balance_due_at", panel="payments", again=True),
    Task("give_address", N_("Say where the goods go"), Role.CREATOR, _S.READY_TO_SHIP, _on(), due="ship_by",
         panel="address", lacks="address"),
    Task("ship", N_("Ship the goods"), Role.FACTORY, _S.READY_TO_SHIP, _on("order_shipped"), due="ship_by",
         panel="parcels", again=True),
    Task("receive", N_("Say when the parcels have arrived"), Role.CREATOR, _S.SHIPPED, _on("order_delivered"),
         due="arrival_due_at", panel="parcels", again=True),
    Task("check_goods", N_("Check the goods; speak up while the claim window is open"), Role.CREATOR, _S.DELIVERED,
         _on("order_closed", "claim_settled"), due="claims_until", panel="parcels", again=True),
    Task("settle", N_("Settle the claim"), Role.OPERATOR, _S.DISPUTED,
         _on("claim_settled", "claim_withdrawn", "remake_settled"), panel="claim", again=True, detour=True),
)  # fmt: skip

#: The picture of an order's way: (code, label).
WAY = (
    ("ordered", N_("Ordered")),
    ("deposit", N_("Deposit")),
    ("spec", N_("Spec")),
    ("sample", N_("Sample")),
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
    _S.SAMPLING: "sample",
    _S.SAMPLE_REVIEW: "sample",
    _S.PRODUCTION: "production",
    _S.INSPECTION: "inspection",
    _S.REWORK: "inspection",
    _S.CONCESSION: "inspection",
    _S.AWAITING_BALANCE: "balance",
    _S.READY_TO_SHIP: "shipped",
    _S.SHIPPED: "delivered",
    _S.DELIVERED: "delivered",
    _S.DISPUTED: "delivered",
}


def _parts() -> list[tuple[Any, list[OrderStage]]]:
    here = [(label, [stage for stage in OrderStage if HERE.get(stage) == code]) for code, label in WAY]
    ended = [stage for stage in OrderStage if stage not in HERE]
    return [*((label, stages) for label, stages in here if stages), (N_("Ended"), ended)]


#: The parts of the way with the stages of each, and in the end those that are no part of it: (label, stages).
PARTS = _parts()


def turn(stage: OrderStage | str) -> frozenset[Role]:
    """Whose turn it is at a stage of an order that lacks nothing: one side, both, or nobody's."""
    return frozenset(task.role for task in TASKS if task.stage == stage and task.role and not task.lacks)


def may_wait(role: Role, stage: OrderStage | str) -> bool:
    """Whether an order at a stage may wait for `role`, whatever it lacks."""
    return any(task.stage == stage and task.role == role for task in TASKS)


def turn_left(order: Any, history: Iterable[Any]) -> frozenset[Role]:
    """Whose turn it still is: of two sides, not the one that has done its part. `history`: the order's events."""
    whose, done = turn(order.stage), _happened(history)
    here = [task for task in TASKS if task.stage == order.stage]
    own = {task.role for task in here if task.own and any((e, task.role) in done for e in task.events)}
    asked = {task.role for task in here if task.role and task.lacks and not getattr(order, task.lacks)}
    return (whose - own or whose) | asked


def panels_at(stage: OrderStage | str) -> frozenset[str]:
    """The parts of the order page in which something is to be done at a stage."""
    return frozenset(task.panel for task in TASKS if task.stage == stage)


#: What is done anew with goods that are made again: everything from the making on but what was paid for them.
_ANEW = frozenset({"make", "inspect", "rework", "decide_concession", "ship", "receive", "check_goods"})


def tasks(order: Any, history: Sequence[Any]) -> list[tuple[Task, str]]:
    """Every task with its state: done, current, waiting, or blocked once the order has ended. `history`: its events,
    newest first."""
    ever = _happened(history)
    lately = _happened(takewhile(lambda event: event.name != "remake_settled", history))
    states = [(task, _state(order, task, lately if task.code in _ANEW else ever)) for task in TASKS]
    return [(task, state) for task, state in states if not task.detour or state in ("done", "current")]


def _happened(history: Iterable[Any]) -> set[tuple[str, Any]]:
    return {(event.name, event.actor_role) for event in history}


def _state(order: Any, task: Task, happened: set[tuple[str, Any]]) -> str:
    stage, names = order.stage, {name for name, _role in happened}
    if task.again and stage == task.stage:
        return "current"
    done = any((name, task.role) in happened if task.own else name in names for name in task.events)
    if done or (task.lacks and getattr(order, task.lacks)):
        return "done"
    if stage in ENDED_STAGES:
        return "blocked"
    return "current" if stage == task.stage and (not task.after or task.after in names) else "waiting"


def may(step: str, order: Any, role: Role | None) -> bool:
    """Whether the lifecycle lets `role` take a step on this order now."""
    return ORDER.allows(step, order.stage, role)
