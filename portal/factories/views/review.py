"""The operator's desk for factories: who waits to be verified, and what there is to look at."""

from typing import Any
from uuid import UUID

from flask import Response, request

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import NotFound, PortalError
from portal.core.forms import refuse
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.factories import operations, queries
from portal.factories.forms import PAPERS, ReviewForm
from portal.factories.lifecycle import FACTORY, FactoryStage
from portal.factories.models import Factory
from portal.factories.views import bp
from portal.factories.words import STAGES, happened
from portal.products.registry import categories


@bp.route("/operator/factories")
@rule(Role.OPERATOR)
def reviews() -> Response:
    stage = request.args.get("stage", FactoryStage.SUBMITTED)
    if stage not in set(FactoryStage):
        raise NotFound()
    rows, following = queries.by_stage(reader(), stage, request.args.get("before", type=UUID))
    waiting = queries.waiting(reader())
    return page("factories/reviews.html", rows=rows, following=following, stage=stage, stages=STAGES, waiting=waiting)


@bp.route("/operator/factories/<uuid:factory_id>")
@rule(Role.OPERATOR)
def review(factory_id: UUID) -> Response:
    return _review(factory_id, ReviewForm(None))


@bp.route("/operator/factories/<uuid:factory_id>/<step>", methods=["POST"])
@rule(Role.OPERATOR)
def take_step(factory_id: UUID, step: str) -> Response:
    verb, form = operations.REVIEWS.get(step), ReviewForm(request.form)
    if verb is None:
        raise NotFound()
    if not form.validate():
        return _review(factory_id, form, 422)
    try:
        with transaction() as session:
            verb(session, lock(session, Factory, factory_id), actor=current_actor(), note=form.note.data)
    except PortalError as problem:
        refuse(form, problem)
        return _review(factory_id, form, problem.status)
    return done("factories.review", _("Done. The factory is told by email."), factory_id=factory_id)


def _review(factory_id: UUID, form: Any, status: int = 200) -> Response:
    conn, actor = reader(), current_actor()
    factory = queries.for_review(conn, actor, factory_id)
    return page(
        "factories/review.html",
        status=status,
        form=form,
        factory=factory,
        capabilities=queries.capabilities(conn, factory_id),
        prices=queries.prices(conn, factory_id),
        papers=queries.papers(conn, factory_id),
        events=[happened(event) for event in queries.history(conn, factory_id)],
        steps=FACTORY.open_to(actor.role, factory.stage),
        categories=categories(),
        kinds=PAPERS,
    )
