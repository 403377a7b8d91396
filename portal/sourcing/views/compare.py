"""The creator's side of quotes: side by side, one with its revisions, questions and their answers."""

from uuid import UUID

from flask import Response, request

from portal.core.actor import Role
from portal.core.asking import whole
from portal.core.db import lock, reader, transaction
from portal.core.i18n import _
from portal.core.web import current_actor, done, not_modified, page, rule
from portal.sourcing import assumptions, compare, inbox_queries, invitation_operations, questions, quote_history
from portal.sourcing.inbox_forms import AnswerForm, answer_forms
from portal.sourcing.invitation_operations import DECLINE_REASONS
from portal.sourcing.invitation_words import FOR_CREATOR
from portal.sourcing.models import Brief
from portal.sourcing.views import bp


@bp.get("/briefs/<uuid:brief_id>/compare", endpoint="compare")
@rule(Role.CREATOR)
def compare_quotes(brief_id: UUID):
    """Every quote on a brief at the quantity `q`."""
    shown = compare.comparison(reader(), current_actor(), brief_id, request.args.get("q", type=whole))
    if unchanged := not_modified(*shown.versions):
        return unchanged
    assumed = {q.row.id: assumptions.in_words(shown.brief.category, q.row.assumptions) for q in shown.live}
    return page(
        "sourcing/compare.html",
        shown=shown,
        brief=shown.brief,
        assumed=assumed,
        differing=assumptions.differing(list(assumed.values())),
        decline_reasons=DECLINE_REASONS,
        words=FOR_CREATOR,
    )


@bp.get("/briefs/<uuid:brief_id>/quotes/<uuid:invitation_id>")
@rule(Role.CREATOR)
def quoted(brief_id: UUID, invitation_id: UUID):
    """One factory's quote with all its revisions."""
    conn = reader()
    shown = compare.comparison(conn, current_actor(), brief_id, request.args.get("q", type=whole))
    found = shown.of(invitation_id)
    if unchanged := not_modified(invitation_id, *shown.versions):
        return unchanged
    revisions = quote_history.in_words(inbox_queries.revisions(conn, invitation_id), shown.brief.category)
    return page(
        "sourcing/quoted.html", shown=shown, brief=shown.brief, quoted=found, revisions=revisions, words=FOR_CREATOR
    )


@bp.get("/briefs/<uuid:brief_id>/questions", endpoint="questions")
@rule(Role.CREATOR)
def asked(brief_id: UUID):
    """What factories ask about a brief."""
    return _questions_page(brief_id)


def _questions_page(brief_id: UUID, question_id: UUID | None = None, refused: AnswerForm | None = None) -> Response:
    shown = questions.asked(reader(), current_actor(), brief_id)
    may_answer = Brief.lifecycle.allows("answer", shown.brief.stage, current_actor().role)
    return page(
        "sourcing/questions.html",
        status=422 if refused else 200,
        brief=shown.brief,
        questions=shown.questions,
        forms=answer_forms(shown.questions, question_id, refused),
        may_answer=may_answer,
    )


@bp.post("/briefs/<uuid:brief_id>/questions/<uuid:question_id>")
@rule(Role.CREATOR)
def answer(brief_id: UUID, question_id: UUID):
    form = AnswerForm()
    if not form.validate():
        return _questions_page(brief_id, question_id, form)
    to_all = form.to.data == "all"
    with transaction() as session:
        brief = lock(session, Brief, brief_id)
        invitation_operations.answer(
            session, brief, question_id, form.answer.data, to_all=to_all, actor=current_actor()
        )
    said = _("Every factory you invited has your answer.") if to_all else _("The factory has your answer.")
    return done("sourcing.brief", said, brief_id=brief_id)
