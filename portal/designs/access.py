"""Who may see and change the artwork of a brief, and what its spec says.

Briefs belong to a higher feature, which registers the answers here once, when the application is made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from portal.core.actor import Actor
from portal.core.errors import NotFound

Check = Callable[[Connection, Actor, UUID], bool]
Spec = Callable[[Connection, UUID], tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Briefs:
    """What designs asks about a brief: may this actor ..., and (category code, spec values)."""

    can_edit: Check
    can_see: Check
    can_remove: Check
    spec: Spec


#: Who may offer other artwork for a brief of which an order was made: orders lie higher still, and register that.
_offering: list[Check] = []


def register_offering(check: Check) -> None:
    _offering[:] = [check]


def can_offer(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    return any(check(conn, actor, brief_id) for check in _offering)


def must_offer(conn: Connection, actor: Actor, brief_id: UUID) -> None:
    """Raises `NotFound` for whoever may not."""
    if not can_offer(conn, actor, brief_id):
        raise NotFound()


def _nobody(_conn: Connection, _actor: Actor, _brief_id: UUID) -> bool:
    return False


def _no_spec(_conn: Connection, _brief_id: UUID) -> tuple[str, dict[str, Any]]:
    return "", {}


_briefs = Briefs(_nobody, _nobody, _nobody, _no_spec)


def register(can_edit: Check, can_see: Check, can_remove: Check | None = None, spec: Spec | None = None) -> None:
    """Say who may add and replace artwork, see it, and remove it for good (by default who may edit), and where the
    spec's category and values are found."""
    global _briefs
    _briefs = Briefs(can_edit, can_see, can_remove or can_edit, spec or _no_spec)


def can_edit(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    return _briefs.can_edit(conn, actor, brief_id)


def can_see(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    return _briefs.can_see(conn, actor, brief_id)


def can_remove(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    return _briefs.can_remove(conn, actor, brief_id)


def spec(conn: Connection, brief_id: UUID) -> tuple[str, dict[str, Any]]:
    """The category's code and the spec values of a brief; ("", {}) when unknown."""
    return _briefs.spec(conn, brief_id)


def must_edit(conn: Connection, actor: Actor, brief_id: UUID) -> None:
    """Raises `NotFound` for whoever may not: they are not told that it exists."""
    if not can_edit(conn, actor, brief_id):
        raise NotFound()


def must_see(conn: Connection, actor: Actor, brief_id: UUID) -> None:
    """Raises `NotFound` for whoever may not."""
    if not can_see(conn, actor, brief_id):
        raise NotFound()
