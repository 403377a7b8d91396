"""Inspections of a lot: the plan decides whether it passes, not the person who reports it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlmodel import Session

from portal.core.actor import Actor
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import photos
from portal.orders.acting import must
from portal.orders.changes.proposal import Spec
from portal.orders.changes.queries import spec_now
from portal.orders.inspections.accepting import accept_goods
from portal.orders.inspections.classes import CLASSES, Allowed, allowed, level_of
from portal.orders.models import Inspection, InspectionKind, Order
from portal.orders.samples.queries import golden

_MOST = 80  # photos of one inspection, all told


@dataclass(frozen=True)
class Defect:
    """A defect of class `kind`: what it is, and photos of it."""

    kind: str
    text: str
    photos: Sequence[str] = ()


@dataclass(frozen=True)
class Findings:
    """What an inspector found in a lot of `lot` pieces. `found`: pieces with a defect, by class; `views`: photo of the
    goods by the golden sample's photo beside which it was taken; `inspector`: a third party's name."""

    lot: int
    found: Mapping[str, int]
    defects: Sequence[Defect] = ()
    views: Mapping[str, str] = field(default_factory=dict)
    inspector: str = ""
    note: str = ""


class Judgement(NamedTuple):
    """class -> what was allowed, and whether the lot keeps to all of it."""

    plan: dict[str, Allowed]
    passed: bool


def judge(findings: Findings, spec: Spec) -> Judgement:
    """What the plan of this lot says of the findings. Raises `Invalid`, by class, where they don’t fit together."""
    plan = allowed(findings.lot, spec.values, spec.assumptions)
    problems = {one.code: _problem(findings, one.code, plan[one.code]) for one in CLASSES}
    if any(problems.values()):
        raise Invalid(**{code: words for code, words in problems.items() if words})
    return Judgement(plan, all(findings.found[code] <= plan[code].accept for code in plan))


def _problem(findings: Findings, code: str, limit: Allowed) -> Any:
    count, described = findings.found[code], [one for one in findings.defects if one.kind == code]
    if count > limit.sample:
        return N_("Only %(sample)d pieces are checked.", sample=limit.sample)
    if any(one.photos and not one.text for one in described):
        return N_("Say in a few words what the photos show.")
    if count and not described:
        return N_("Say in a few words what is wrong.")
    if described and not count:
        return N_("You describe a defect: say how many pieces have it.")
    return None


def inspect_inline(session: Session, order: Order, findings: Findings, *, actor: Actor) -> Inspection:
    """Keep an inspection made while production of an order (locked) goes on; it moves nothing.

    Raises `Invalid` where the findings don't fit together or a photo can't be taken.
    """
    must(order, "inspect_inline", actor)
    kept = _keep(session, order, InspectionKind.INLINE, findings, actor)
    advance(session, order, "inspect_inline", actor=actor, **_told(kept))
    return kept


def inspect_finally(session: Session, order: Order, findings: Findings, *, actor: Actor) -> Inspection:
    """Keep the final inspection of all good pieces of an order (locked): passed, it waits for the balance, or for the
    parcels where none is due; failed, for rework. Of two who report at once, one does.

    Raises `Invalid` where the findings don't fit together, the lot is not what was made, or a photo of the golden
    sample has none beside it.
    """
    must(order, "pass_inspection", actor)
    if findings.lot != (order.made_quantity or order.quantity):
        raise Invalid(N_("The number of good pieces has changed since the page was made. Look at the plan again."))
    sealed = golden(session, order.id)
    if sealed and set(sealed.photos) - set(findings.views):
        raise Invalid(N_("Take a photo at the same angle beside each photo of the golden sample."))
    kept = _keep(session, order, InspectionKind.FINAL, findings, actor)
    if kept.passed:
        accept_goods(session, order, "pass_inspection", actor=actor, **_told(kept))
    else:
        advance(session, order, "fail_inspection", actor=actor, **_told(kept))
    return kept


def _keep(session: Session, order: Order, kind: InspectionKind, findings: Findings, actor: Actor) -> Inspection:
    spec = spec_now(session, order.id)
    plan, passed = judge(findings, spec)
    pictures = [ident for one in findings.defects for ident in one.photos] + list(findings.views.values())
    photos.taken(session, "order", order.id, pictures, actor=actor, most=_MOST, field="")
    kept = Inspection(
        order_id=order.id,
        kind=kind,
        reported_by=actor.person_id,
        inspector=findings.inspector,
        lot=findings.lot,
        level=level_of(spec.values, spec.assumptions),
        plan={code: limit.kept for code, limit in plan.items()},
        found=dict(findings.found),
        defects=[{"class": one.kind, "text": one.text, "photos": list(one.photos)} for one in findings.defects],
        views=dict(findings.views),
        note=findings.note,
        passed=passed,
    )
    session.add(kept)
    session.flush()
    return kept


def _told(kept: Inspection) -> dict[str, Any]:
    """What the event says of an inspection."""
    found = {f"found_{code}": count for code, count in kept.found.items()}
    return {"inspection_id": str(kept.id), "lot": kept.lot, "passed": kept.passed, "reason": kept.note, **found}
