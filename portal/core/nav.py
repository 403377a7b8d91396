"""The bar above every page: who sees which links, and how much waits behind each. Features add theirs to it."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, current_app, g, request, url_for

from portal.core.actor import Actor, Role

Badge = Callable[[Actor], int]


def init_app(app: Flask) -> None:
    """Begin an empty bar; let templates build their addresses once."""
    app.extensions["nav"], app.extensions["links"] = [], {}
    app.jinja_env.globals["url_for"] = link


def add_nav(
    app: Flask, role: Role | None, endpoint: str, label: object, *, first: bool = False, badge: Badge | None = None
) -> None:
    """Put a link into the bar of everyone in `role` (None: of visitors), behind those already there or before them.
    `badge` says how much waits there for somebody; it is asked once a page."""
    links = app.extensions["nav"]
    links.insert(0 if first else len(links), (role, endpoint, label, badge))


def badges(actor: Actor) -> dict[str, int]:
    """endpoint -> how much waits there."""
    if "badges" not in g:
        asked = [(endpoint, badge) for role, endpoint, _label, badge in _links(actor) if badge]
        g.badges = {endpoint: badge(actor) for endpoint, badge in asked}
    return g.badges


def _links(actor: Actor) -> Iterable[tuple[Role | None, str, object, Badge | None]]:
    return (item for item in current_app.extensions["nav"] if item[0] == actor.role and not actor.dismissed)


def items(actor: Actor) -> list[tuple[str, object, str, int]]:
    """(address, label, `aria-current` or "", badge) of each link. A page below an item's own (an order below Orders)
    marks that item too: the one with the longest address that it begins with."""
    waiting, here = badges(actor), f"{request.path}/"
    found = [(link(endpoint), label, waiting.get(endpoint, 0)) for _role, endpoint, label, _badge in _links(actor)]
    above = max((address for address, *_rest in found if here.startswith(f"{address}/")), key=len, default="")
    current = "page" if above == request.path else "true"
    return [(address, label, current if address == above else "", badge) for address, label, badge in found]


def link(endpoint: str, **values: Any) -> str:
    """`url_for` of templates. Addresses without parts that vary are built once: a page has a dozen of them."""
    if values and endpoint != "static":
        return url_for(endpoint, **values)
    links = current_app.extensions["links"]
    key = (request.root_path if request else "", endpoint, *values.values())
    if key not in links:
        links[key] = url_for(endpoint, **values)
    return links[key]
