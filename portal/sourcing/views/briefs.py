"""The creator's desk: their briefs, and one brief with everything that came of it."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for

from portal.core import clock, sections
from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.errors import Invalid
from portal.core.i18n import _, _n
from portal.core.web import ANYONE, current_actor, done, not_modified, page, rule
from portal.designs.queries import thumbs
from portal.factories.words import name_of
from portal.products import categories, present
from portal.products import category as category_of
from portal.sourcing import brief_operations, brief_queries, brief_words, earlier, matching, questions
from portal.sourcing.brief_forms import FactoriesForm
from portal.sourcing.census import census
from portal.sourcing.inbox_forms import answer_forms
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.matching import Ask
from portal.sourcing.models import Brief
from portal.sourcing.views import bp


@bp.get("/")
@rule(ANYONE)
def home() -> Any:
    """What Xiaodan is, for visitors; everybody else's desk."""
    if current_actor().signed_in:
        return redirect(url_for("accounts.landing"), 303)
    return page("home.html")


@bp.get("/briefs")
@rule(Role.CREATOR)
def briefs() -> Response:
    conn, before = reader(), request.args.get("before", type=UUID)
    shown = brief_queries.listed(conn, current_actor(), before)
    pictures = thumbs(conn, [row.id for row in shown.rows])
    brought = sections.load_all("desk", conn, current_actor()) if before is None else []
    if unchanged := not_modified(shown, pictures, sections.versions(brought)):
        return unchanged
    return page(
        "sourcing/briefs.html",
        shown=shown,
        sections=brought,
        thumbs=pictures,
        categories=categories(),
        stages=brief_words.STAGES,
    )


@bp.get("/briefs/<uuid:brief_id>")
@rule(Role.CREATOR)
def brief(brief_id: UUID) -> Any:
    conn, actor = reader(), current_actor()
    row = brief_queries.own(conn, actor, brief_id)
    if row.stage == BriefStage.DRAFT:
        return redirect(url_for("sourcing.edit", brief_id=brief_id), 303)
    invited = brief_queries.invitations(conn, brief_id)
    events = brief_queries.events(conn, brief_id)
    asked = questions.of(conn, brief_id)
    named = {one.id: name_of(one) for one in invited}
    return page(
        "sourcing/brief.html",
        brief=row,
        earlier=earlier.order(conn, row.repeats_id),
        category=category_of(row.category),
        invited=[(one, *brief_words.status(one)) for one in invited],
        lines=brief_queries.quoted_lines(conn, brief_id),
        questions=asked,
        forms=answer_forms(asked),
        may_answer=Brief.lifecycle.allows("answer", row.stage, actor.role),
        timeline=brief_words.timeline(events, named),
        order_id=next((event.order_id for event in events if event.order_id), None),
        parts=present.rows(category_of(row.category), row.values),
        stage=brief_words.STAGES[row.stage],
        ending=brief_words.ending(row.stage, events),
        may={step.name for step in Brief.lifecycle.open_to(actor.role, row.stage)},
    )


@bp.post("/briefs/<uuid:brief_id>/withdraw")
@rule(Role.CREATOR)
def withdraw(brief_id: UUID) -> Response:
    actor = current_actor()
    with transaction() as session:
        brief_operations.withdraw(session, brief_operations.own(session, brief_id, actor), actor=actor)
    return done("sourcing.brief", _("Withdrawn. The factories are told."), brief_id=brief_id)


@bp.post("/briefs/<uuid:brief_id>/copy")
@rule(Role.CREATOR)
def copy(brief_id: UUID) -> Response:
    actor = current_actor()
    with transaction() as session:
        made = brief_operations.copy(session, brief_operations.own(session, brief_id, actor), actor=actor)
    said = _("A new brief that says the same, with the same artwork. Factories are chosen anew.")
    return done("sourcing.edit", said, brief_id=made.id)


@bp.get("/briefs/<uuid:brief_id>/factories")
@rule(Role.CREATOR)
def more_factories(brief_id: UUID) -> Response:
    """Factories that fit and have not been invited yet."""
    return _more_page(brief_id)


@bp.post("/briefs/<uuid:brief_id>/factories")
@rule(Role.CREATOR)
def invite_more(brief_id: UUID) -> Response:
    actor, form = current_actor(), FactoriesForm(request.form, None)
    try:
        with transaction() as session:
            mine = brief_operations.own(session, brief_id, actor)
            made = brief_operations.invite_more(session, mine, form.ticked, actor=actor)
    except Invalid as problem:
        return _more_page(brief_id, str(problem.message), form.ticked)
    said = _n("%(num)d more factory is invited.", "%(num)d more factories are invited.", len(made))
    return done("sourcing.brief", said, brief_id=brief_id)


def _more_page(brief_id: UUID, refusal: str = "", ticked: set[UUID] | None = None) -> Response:
    conn = reader()
    row = brief_queries.own(conn, current_actor(), brief_id)
    ask = Ask.of(row, clock.now().date())
    before = [one.factory_id for one in brief_queries.invitations(conn, brief_id)]
    return page(
        "sourcing/brief_factories.html",
        status=422 if refusal else 200,
        brief=row,
        category=category_of(row.category),
        suggestions=matching.suggest_for_a_choice(conn, ask, without=before),
        census=census(conn, ask),
        errors={"factories": [refusal]} if refusal else {},
        ticked=ticked or set(),
    )
