"""What everybody may read: verified factories by category, and each one's page."""

from uuid import UUID

from flask import Response, request

from portal.core.db import reader
from portal.core.errors import NotFound
from portal.core.web import ANYONE, page, rule
from portal.factories import queries
from portal.factories.forms import PAPERS
from portal.factories.views import bp
from portal.products.registry import categories
from portal.products.registry import category as category_of


@bp.route("/factories")
@rule(ANYONE)
def directory() -> Response:
    category = category_of(request.args.get("category") or next(iter(categories())))
    rows, following = queries.directory(reader(), category.code, _cursor(request.args.get("after", "")))
    return page(
        "factories/directory.html",
        rows=[(row, queries.record_of(row)) for row in rows],
        following=f"{following[0]!r}_{following[1].hex}" if following else None,
        category=category,
        categories=categories(),
    )


def _cursor(text: str) -> queries.Cursor | None:
    """Where a page begins, from its address. Raises `NotFound` for what no page of ours has written."""
    if not text:
        return None
    score, _dash, ident = text.partition("_")
    try:
        return float(score), UUID(ident)
    except ValueError:
        raise NotFound() from None


@bp.route("/factories/<slug>")
@rule(ANYONE)
def public(slug: str) -> Response:
    conn = reader()
    factory = queries.public(conn, slug)
    made = queries.capabilities(conn, factory.id)
    return page(
        "factories/public.html",
        factory=factory,
        capabilities=[(row, queries.record_of(row)) for row in made],
        record=queries.record_in_all(made, factory.response_hours),
        papers=queries.papers(conn, factory.id),
        kinds=PAPERS,
        categories=categories(),
    )
