"""Writing a brief: one thing per page, kept while it is typed. Open to visitors, whose browser keeps the key."""

import secrets
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from babel.dates import format_time
from flask import Response, current_app, redirect, request, url_for

from portal.accounts import visitors
from portal.accounts.limits import Limit, address, limited
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.asking import whole
from portal.core.db import reader, transaction
from portal.core.errors import Invalid, NotFound, PortalError
from portal.core.filters import zone
from portal.core.i18n import _, _n, current
from portal.core.web import ANYONE, current_actor, done, page, refused, rule
from portal.designs import prints
from portal.designs.queries import artworks, documents
from portal.factories import queries as factories
from portal.products import categories, present
from portal.products import category as category_of
from portal.products.papers import DOCUMENT_KINDS
from portal.sourcing import brief_checks, brief_operations, brief_queries, matching
from portal.sourcing.brief_checks import Step
from portal.sourcing.brief_forms import FORMS, name_field
from portal.sourcing.brief_operations import Changed, Edition
from portal.sourcing.census import census
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.matching import Ask
from portal.sourcing.views import bp

_ORDER = list(Step)


@cache
def category_picture(code: str) -> str | None:
    """The address of the drawing of a category, where somebody has made one."""
    name = f"img/category-{code}.svg"
    drawn = Path(str(current_app.static_folder), name).is_file()
    return url_for("static", filename=name) if drawn else None


@bp.get("/briefs/new")
@rule(ANYONE)
def start() -> Response:
    """Choose what kind of thing it is; or go on with what was begun. `factory` in the query, a slug, names one to be
    asked: then from among what that makes."""
    conn, actor, every = reader(), _writer(), categories()
    asked = factories.public(conn, request.args["factory"]) if "factory" in request.args else None
    made = [row.category for row in factories.capabilities(conn, asked.id)] if asked else every
    return page(
        "sourcing/brief_start.html",
        categories=every,
        offered=[every[code] for code in every if code in made],
        asked=asked,
        drafts=brief_queries.drafts(conn, actor),
    )


def _writer() -> Actor:
    """The creator or visitor who is calling. Raises `NotFound` for everybody else."""
    actor = current_actor()
    if actor.role not in (None, Role.CREATOR):
        raise NotFound()
    return actor


@bp.post("/briefs/new")
@rule(ANYONE)
@limited(Limit(60, 60, address), name="drafts")
def begin() -> Response:
    actor = _writer()
    if not actor.signed_in:
        actor = replace(actor, draft_key=visitors.draft_key(create=True))
    slug = request.form.get("factory")
    asked = [factories.public(reader(), slug).id] if slug else []
    with transaction() as session:
        made = brief_operations.start(session, request.form.get("category", ""), asked=asked, actor=actor)
    return done("sourcing.edit", brief_id=made.id, step=Step.IDEA.value)


def _draft(brief_id: UUID) -> Any:
    """The reader's draft. Raises `NotFound`; one that was sent leads to its page."""
    return brief_queries.own(reader(), current_actor(), brief_id)


@bp.get("/briefs/<uuid:brief_id>/edit")
@bp.get("/briefs/<uuid:brief_id>/edit/<step>")
@rule(ANYONE)
def edit(brief_id: UUID, step: str | None = None) -> Any:
    row = _draft(brief_id)
    if row.stage != BriefStage.DRAFT:
        return redirect(url_for("sourcing.brief", brief_id=brief_id), 303)
    if step is None:
        finished = brief_checks.done(row, clock.now().date(), documents(reader(), brief_id))
        step = next((one for one in _ORDER if one not in finished), Step.CHECK)
    return _page(row, _known(step))


def _known(step: str) -> Step:
    if step not in _ORDER:
        raise NotFound()
    return Step(step)


def _page(row: Any, step: Step, form: Any = None, *, status: int = 200, changed: bool = False) -> Response:
    """A page of the form. `changed`: another tab has saved it since; what was typed here is shown, and not kept."""
    if form is None and step in FORMS:
        form = FORMS[step](None, row)
    today = clock.now().date()
    finished = brief_checks.done(row, today, documents(reader(), row.id))
    state = {one: "current" if one is step else "done" if one in finished else "waiting" for one in _ORDER}
    return page(
        f"sourcing/edit/{step.value}.html",
        status=status,
        brief=row,
        category=category_of(row.category),
        step=step,
        steps=[(one, brief_checks.TITLES[one], state[one]) for one in _ORDER],
        form=form,
        changed=changed,
        token=request.form.get("token") if status == 422 else secrets.token_hex(6),
        **_more(row, step, today),
    )


def _more(row: Any, step: Step, today: date) -> dict[str, Any]:
    """What else the page of `step` shows."""
    conn = reader()
    if step is Step.FACTORIES:
        ask = Ask.of(row, today)
        return {
            "suggestions": _suggested(conn, ask, row.shortlist),
            "census": census(conn, ask),
            "ticks": matching.TICKED,
        }
    if step is Step.CHECK:
        uploaded = documents(conn, row.id)
        return {
            "problems": brief_checks.problems(row, today, uploaded),
            "findings": brief_checks.findings(row, today, uploaded),
            "parts": present.rows(category_of(row.category), _unasked(row)),
            **_artwork(conn, row),
            "chosen": _chosen(conn, row, today),
            "titles": brief_checks.TITLES,
        }
    return {}


def _suggested(conn: Any, ask: Ask, ticked: list[UUID]) -> list[matching.Suggestion]:
    """The best, and those ticked before or asked for by name that fit without being among them."""
    best = matching.suggest_for_a_choice(conn, ask)
    others = set(ticked) - {one.factory_id for one in best}
    return [*best, *matching.suggest(conn, ask, limit=len(others), only=others)] if others else best


def _artwork(conn: Any, row: Any) -> dict[str, Any]:
    """The brief's files, and what is printed where."""
    wanted = prints.of_spec(row.category, row.values)
    files = artworks(conn, row.id, wanted)
    placed = [one.placement for one in files if one.current and not one.document]
    return {
        "artworks": files,
        "places": prints.choices(wanted),
        "documents": DOCUMENT_KINDS,
        "placeless": wanted.placeless(placed),
    }


def _chosen(conn: Any, row: Any, today: date) -> list[matching.Suggestion]:
    """Those of the ticked factories that still fit: the others have closed, or the brief has changed since."""
    if not (row.shortlist and row.quantities):
        return []
    return matching.suggest(conn, Ask.of(row, today), limit=len(row.shortlist), only=row.shortlist)


def _unasked(row: Any) -> dict[str, Any]:
    """The spec without what stands above it already."""
    above = {"description", name_field(row.title)}
    return {name: value for name, value in row.values.items() if name not in above}


def _edition() -> Edition:
    return Edition(request.form.get("token", "")[:32], request.form.get("version", 0, type=whole))


@bp.post("/briefs/<uuid:brief_id>/edit/<step>")
@rule(ANYONE)
def keep(brief_id: UUID, step: str) -> Any:
    """Keep a page's answers and go on to the next, or leave it for later. What is right is kept also where the rest is
    refused: somebody who changes the language then loses no page."""
    row, known = _draft(brief_id), _known(step)
    if known not in FORMS:
        return redirect(_following(brief_id, known), 303)
    form, later = FORMS[known](request.form, row), "later" in request.form
    if getattr(form, "changes_rows", False):
        return _page(row, known, form)
    right = form.validate()
    try:
        _save(brief_id, known, form.columns())
    except Changed:
        return _page(row, known, form, status=409, changed=True)
    if not right and not later:
        return _page(_draft(brief_id), known, form, status=422)
    if later:
        return done("sourcing.briefs" if current_actor().signed_in else "sourcing.start", _("Your draft is kept."))
    return redirect(_following(brief_id, known), 303)


def _save(brief_id: UUID, step: Step, columns: dict[str, Any]) -> None:
    with transaction() as session:
        draft = brief_operations.own_draft(session, brief_id, current_actor())
        brief_operations.save(session, draft, step, _edition(), columns)


def _following(brief_id: UUID, step: Step) -> str:
    """The page after `step`; somebody who came from the last page to change one thing goes back to it."""
    back = request.args.get("back") == Step.CHECK
    following = Step.CHECK if back else _ORDER[min(_ORDER.index(step) + 1, len(_ORDER) - 1)]
    return url_for("sourcing.edit", brief_id=brief_id, step=following.value)


@bp.post("/briefs/<uuid:brief_id>/autosave/<step>")
@rule(ANYONE)
def autosave(brief_id: UUID, step: str) -> Response:
    """Keep what is right of a page that is being typed."""
    row, known = _draft(brief_id), _known(step)
    form = FORMS[known](request.form, row)
    form.validate()
    try:
        _save(brief_id, known, form.columns())
    except PortalError as problem:
        return page("sourcing/edit/_saved.html", status=problem.status, message=problem.message)
    return page("sourcing/edit/_saved.html", at=_time(clock.now()) if current_actor().signed_in else "")


def _time(moment: datetime) -> str:
    return format_time(moment, "short", tzinfo=zone(current_actor().timezone), locale=current())


@bp.post("/briefs/<uuid:brief_id>/submit")
@rule(ANYONE)
def submit(brief_id: UUID) -> Any:
    """Send the brief to its factories; a visitor signs up first and comes back to this very draft."""
    row, actor = _draft(brief_id), current_actor()
    if not actor.signed_in:
        here = url_for("sourcing.edit", brief_id=brief_id, step=Step.CHECK.value)
        return redirect(url_for("accounts.sign_up", kind="creator", next=here), 303)
    if brief_checks.problems(row, clock.now().date(), documents(reader(), brief_id)):
        return _page(row, Step.CHECK, status=422)
    try:
        with transaction() as session:
            draft = brief_operations.own_draft(session, brief_id, actor)
            made = brief_operations.submit(session, draft, actor=actor)
    except Invalid as problem:  # it was whole a moment ago, so the factories have changed
        factories = url_for("sourcing.edit", brief_id=brief_id, step=Step.FACTORIES.value)
        return refused(problem, (_("Choose factories"), factories))
    said = _n("Sent to %(num)d factory.", "Sent to %(num)d factories.", len(made))
    return done("sourcing.brief", said, brief_id=brief_id)


@bp.post("/briefs/<uuid:brief_id>/remove")
@rule(ANYONE)
def remove(brief_id: UUID) -> Response:
    """Throw a draft away."""
    actor = current_actor()
    with transaction() as session:
        brief_operations.remove_draft(session, brief_operations.own_draft(session, brief_id, actor))
    return done("sourcing.briefs" if actor.signed_in else "sourcing.start", _("The draft is removed."))
