"""One fixed order, brief, factory and quote: what the golden letters speak of."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import portal.payments  # noqa: F401 - its lifecycle tables tell people too
from portal.core.actor import Role
from portal.core.lifecycle import LIFECYCLES
from portal.mail.letters import LETTERS
from portal.payments.disputes.lifecycle import DISPUTE as DISPUTE_STEPS
from portal.payments.givebacks.lifecycle import GIVE_BACK as GIVE_BACK_STEPS

__all__ = ["DISPUTE_STEPS", "GIVE_BACK_STEPS"]  # importing them puts them among the lifecycles

ID = UUID("01890000-0000-7000-8000-000000000001")


def moment(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 12, day, hour, 30, tzinfo=UTC)


def thing(**fields: Any) -> SimpleNamespace:
    return SimpleNamespace(**fields)


#: What the event of a change order says, and that of the revision it led to.
CHANGE = {
    "number": 1, "side": "factory", "why": "The <blue> fur is sold out until January.",
    "reason": "The & day is too late.", "rows": 2, "quantity": 350, "price_minor": -5000, "ship_by": "2027-01-22",
    "total_minor": 177000,
}  # fmt: skip
REVISION = {"revision": "B", "replaces": "A", "number": 1}
#: What the event of a sample says.
SAMPLE = {
    "round": 2, "measured": 6, "bad": 1, "pins": 3, "fee_minor": 6000, "next_fee_minor": 6000, "from_order": 2001,
    "reason": "Ears <5 mm> higher & rounder.",
}  # fmt: skip
_ABOUT_SAMPLES = ("sample_sent", "sample_rejected", "sample_approved", "golden_sample_kept", "tooling_made")


#: What reports from production and inspections say.
PRODUCTION = {
    "milestone": "sewing", "percent": 40, "quantity": 120, "expected_on": "2027-01-12",
    "passed": False, "lot": 291, "found_critical": 0, "found_major": 4, "found_minor": 7,
    "made": 291, "ordered": 300, "free": 0, "balance_before_minor": 109200, "balance_after_minor": 104520,
    "back_minor": 0, "balance_minor": 104520, "allowance_minor": 8000,
}  # fmt: skip
_ABOUT_PRODUCTION = (
    "progress_reported", "inline_inspected", "production_finished", "inspection_passed", "inspection_failed",
    "rework_finished", "concession_asked", "concession_granted", "concession_refused",
)  # fmt: skip

#: What the events about being paid say.
PAYMENT = {
    "kind": "final", "amount_minor": 156000, "fee_minor": 7800, "currency": "USD", "number": "**** 6789",
    "bank": "Bank of <China>", "reference": "XD-P12-3", "why": "Name & number don't fit.",
}  # fmt: skip
_ABOUT_PAYMENT = ("money_released", "transfer_created", "payout_paid", "payout_failed", "bank_details_given")


#: What the bank says, and what follows from it.
DISPUTE = {
    "why": "product_not_received", "inquiry": False, "due_on": "2026-12-20", "liable": "factory", "held_minor": 40000,
    "lost_minor": 6800,
}  # fmt: skip


def matter(event: str) -> dict[str, Any]:
    """What `audience.subject_matter` gives, frozen. The title has what must be escaped."""
    title = "Stinky tofu <plush> & friends"
    return {
        "event": thing(name=event, brief_id=ID, invitation_id=ID, order_id=ID, factory_id=ID),
        "data": {
            "name": "Ada",
            "amount_minor": 15000,
            "currency": "USD",
            "refund_minor": 31200,
            "fee_minor": 15600,
            "number": 2,
            "pieces": 150,
            "missing": 3,
            "carrier": "sea",
            "tracking_number": "COSU6123456780",
            "count": 2,
            "quoted": ["Is the pink still <too> pale?", ""],
            "reason": "The seams of 12 pieces <open> & fray.",
            **(SAMPLE if event in _ABOUT_SAMPLES else {}),
            **(PRODUCTION if event in _ABOUT_PRODUCTION else {}),
            **(PAYMENT if event in _ABOUT_PAYMENT else {}),
            **(DISPUTE if event.startswith("dispute_") else {}),
            "asked_minor": 20000,
            **(CHANGE if event.startswith("change_") else REVISION if event == "spec_revised" else {}),
        },
        "brief": thing(
            number=1042, title=title, quantities=[100, 300], quotes_due_at=moment(3), closes_at=moment(28),
            needed_by=date(2027, 2, 1),
        ),
        "repeats": None,
        "sealed": False,
        "factory": thing(
            name="Golden Needle Toys", name_zh="金针玩具厂", city="Yangzhou", review_note="请补充营业执照。"
        ),
        "invitation": thing(quote_due_at=moment(3)),
        "question": thing(text="Which pile length?\nWe have 3 mm and 5 mm.", answer="3 mm, please."),
        "quote": thing(revision=2, valid_until=moment(17), currency="USD"),
        "quote_lines": [
            thing(quantity=100, unit_price_minor=620, lead_days=25),
            thing(quantity=1300, unit_price_minor=520, lead_days=30),
        ],
        "order": thing(
            id=ID, number=2007, title=title, category="plush", quantity=300, currency="USD", total_minor=156000,
            deposit_minor=46800,
            balance_minor=109200, deposit_due_at=moment(10), balance_due_at=moment(20), claims_until=moment(27),
            sample_due_at=moment(12), shipped_at=moment(15), arrival_due_at=moment(25),
            ship_by=date(2027, 1, 15), address={"city": "Bristol <on> Avon", "country": "GB"},
        ),
        "due": moment(8) if event in waits() else None,
    }  # fmt: skip


def waits() -> set[str]:
    """The events that begin a wait of a fixed length, and those that remind of any."""
    rules = [(step, step.deadline) for table in LIFECYCLES.values() for step in table.steps if step.deadline]
    return {step.event for step, rule in rules if rule.after} | {rule.event for _step, rule in rules if rule.event}


def asked() -> dict[str, set[Role]]:
    """event -> the roles that have something to do until a day: those whom a reminder tells, then and before."""
    found: dict[str, set[Role]] = {}
    for table in LIFECYCLES.values():
        for step in table.steps:
            rule = step.deadline
            if rule and rule.event:
                found.setdefault(rule.event, set()).update(rule.tell)
                found.setdefault(step.event, set()).update(rule.tell & step.tell)
    return found


def person(role: Role, locale: str) -> SimpleNamespace:
    zone = "Asia/Shanghai" if role == Role.FACTORY else "America/New_York"
    return thing(id=ID, email="ada@example.com", name="Ada", locale=locale, timezone=zone)


def told() -> dict[str, set[Role]]:
    """event -> the roles that some lifecycle table tells, reminders included."""
    found: dict[str, set[Role]] = {event: set() for event in LETTERS}
    found["money_released"].add(Role.FACTORY)  # no step: it is recorded of the order
    for lifecycle in LIFECYCLES.values():
        for step in lifecycle.steps:
            if step.tell:
                found.setdefault(step.event, set()).update(step.tell)
            if step.deadline and step.deadline.event:
                found.setdefault(step.deadline.event, set()).update(step.deadline.tell)
    return found
