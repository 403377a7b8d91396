"""Production on the order's page: how far it is, the promised day beside the expected one, the latest photos."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from portal import products
from portal.core.actor import Actor, Role
from portal.core.i18n import _, _n
from portal.designs import photos
from portal.orders import progress
from portal.orders.lifecycle import OrderStage
from portal.orders.opened import events, pictures
from portal.orders.panels import Panel
from portal.orders.production import operations, queries

_S = OrderStage
_BEFORE = frozenset({_S.AWAITING_DEPOSIT, _S.AWAITING_ACCEPTANCE, _S.SAMPLING, _S.SAMPLE_REVIEW, _S.EXPIRED})
_LATEST = 6  # photos


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel's template shows; None until goods are made."""
    if order.stage in _BEFORE:
        return None
    reports = queries.reports(conn, order.id)
    over = events(conn, order, "production_finished") if order.stage != _S.PRODUCTION else []
    ended = over[0] if over else None
    if not reports and ended is None and order.stage != _S.PRODUCTION:
        return None
    milestones = products.category(order.category).milestones
    done = shares(reports, [option.code for option in milestones], whole=ended is not None)
    return {
        "steps": [(option.code, str(option.label)) for option in milestones],
        "here": next((option.code for option in milestones if done[option.code] < 100), None),
        "percent": round(sum(done.values()) / len(done)),
        "dates": _dates(order, reports, ended),
        "today": operations.today_of(order),
        "latest": reports[0] if reports else None,
        "labels": {option.code: str(option.label) for option in milestones},
        "reports": reports,
        "photos": _photos(conn, order, reports),
        "ended": ended,
        "may_report": actor.role == Role.FACTORY and progress.may("report_progress", order, actor.role),
        "may_finish": actor.role == Role.FACTORY and progress.may("finish_production", order, actor.role),
    }


def shares(reports: Sequence[Any], codes: Sequence[str], *, whole: bool = False) -> dict[str, int]:
    """How much of each milestone is done, per cent, by the reports (newest first). Those before one that has begun
    are taken as done; `whole`: production is over."""
    done = dict.fromkeys(codes, 100 if whole else 0)
    for said in reversed(reports):
        if said.milestone in done:
            done[said.milestone] = 100 if whole else said.percent
    reached = max((number for number, code in enumerate(codes) if done[code]), default=0)
    return done | dict.fromkeys(codes[:reached], 100)


def _dates(order: Row[Any], reports: Sequence[Row[Any]], ended: Row[Any] | None) -> list[dict[str, Any]]:
    """The promised day beside the expected or the real one, for the `gantt` macro."""
    if not (order.ship_by and order.deposit_paid_at):
        return []
    start = min(order.deposit_paid_at.date(), order.ship_by)
    promised = {"label": _("Promised"), "start": start, "end": order.ship_by, "state": "planned"}
    expected = next((said.expected_on for said in reports if said.expected_on), None)
    if ended:
        return [promised, _second(_("Finished"), start, ended.created_at.date(), order.ship_by, "done")]
    return [promised, _second(_("Expected"), start, expected, order.ship_by, "current")] if expected else [promised]


def _second(label: str, start: date, end: date, promised: date, state: str) -> dict[str, Any]:
    """Of a day that is later than the promised one it says by how much: colour alone tells nobody."""
    row = {"label": label, "start": start, "end": max(start, end), "state": state}
    if (late := (end - promised).days) > 0:
        row |= {"state": "late", "note": _n("%(num)d day late", "%(num)d days late", late)}
    return row


def _photos(conn: Connection, order: Any, reports: Sequence[Row[Any]]) -> list[photos.Shown]:
    ids = [ident for said in reports for ident in said.photos][:_LATEST]
    return list(pictures(conn, order, ids).values())


PANEL = Panel("production", "orders/production/_panel.html", load)
