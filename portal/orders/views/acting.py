"""What the pages of acts on an order have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import url_for

from portal.core.db import reader
from portal.core.errors import Gone, NotAllowed
from portal.core.i18n import N_, _
from portal.core.web import current_actor, refused
from portal.orders import progress, queries, words


def act(*steps: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view of an act: it is given the order's row, while the reader may take one of `steps`.

    Whoever comes too late, also between the page and its sending, is told so at once, with the way to the order.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(order_id: UUID, **more: Any) -> Any:
            actor = current_actor()
            row = queries.visible_order(reader(), actor, order_id)
            if not any(progress.may(step, row, actor.role) for step in steps):
                return _too_late(order_id)
            try:
                return view(row, **more)
            except NotAllowed:
                return _too_late(order_id)
            except Gone as refusal:
                return refused(refusal, _way(order_id))

        return guarded

    return decorate


def _too_late(order_id: UUID) -> Any:
    """Somebody else was first, or the clock: say where the order is now."""
    now_at, _tone = words.STAGES[queries.visible_order(reader(), current_actor(), order_id).stage]
    message = N_("That is no longer possible: the order has moved on. Now it stands at: %(stage)s.", stage=now_at)
    return refused(NotAllowed(message), _way(order_id))


def _way(order_id: UUID) -> tuple[str, str]:
    return _("Go to the order"), url_for("orders.order", order_id=order_id)
