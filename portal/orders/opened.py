"""An order as its page is made: its row, and what the page's parts would else each ask the database for again.

The functions take a plain row too, for pages that show one part alone; they ask for what it does not have.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from portal.designs import photos
from portal.orders import queries


class Opened:
    """A row of `queries.visible_order` with its whole history, newest first. `album` is filled when a part first shows
    a photo."""

    def __init__(self, row: Row[Any], history: Sequence[Row[Any]]) -> None:
        self.row, self.history, self.names = row, history, frozenset(event.name for event in history)
        self.album: photos.Album | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def happened(order: Any, *names: str) -> bool:
    """Whether anything so called has happened to the order, as far as its page knows: a part that begins with it need
    not be read else. True for a plain row."""
    return not isinstance(order, Opened) or not order.names.isdisjoint(names)


def events(conn: Connection, order: Any, *names: str) -> list[Row[Any]]:
    """The events of an order that are so called, newest first, as `queries.history` gives them."""
    history = order.history if isinstance(order, Opened) else queries.history(conn, order.id)
    return [event for event in history if event.name in names]


def pictures(conn: Connection, order: Any, idents: Iterable[str]) -> dict[str, photos.Shown]:
    """`photos.shown` of photos of an order. All those of the page are read at once."""
    wanted = list(dict.fromkeys(idents))
    if not wanted or not isinstance(order, Opened):
        return photos.shown(conn, wanted)
    if order.album is None:
        order.album = photos.Album(conn, "order", order.id)
    return order.album.shown(conn, wanted)
