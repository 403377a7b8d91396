"""The short forms around a brief: a question, its answer, a refusal."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms import RadioField
from wtforms.validators import InputRequired

from portal.core.forms import Form, Paragraphs
from portal.core.i18n import N_
from portal.sourcing.invitation_operations import DECLINE_REASONS, LONGEST_TEXT


class AskForm(Form):
    text = Paragraphs(
        N_("Your question"),
        N_("One question at a time gets an answer sooner."),
        longest=LONGEST_TEXT,
        required=N_("Write your question."),
    )


class AnswerForm(Form):
    answer = Paragraphs(N_("Your answer"), longest=LONGEST_TEXT, required=N_("Write your answer."))
    to = RadioField(
        N_("Who hears it"),
        choices=[
            ("all", N_("Every factory you invited; they don't see who asked")),
            ("one", N_("Only the factory that asked")),
        ],
        default="all",
    )


def answer_forms(
    questions: Iterable[Any], question_id: UUID | None = None, refused: AnswerForm | None = None
) -> dict[UUID, AnswerForm]:
    """Question id -> the form of its answer, for those not answered yet; `refused` is the one of `question_id`.

    One page shows them all: the ids of their fields end in the question's.
    """
    forms = {question.id: AnswerForm(formdata=None) for question in questions if not question.answered_at}
    if question_id and refused:
        forms[question_id] = refused
    for ident, form in forms.items():
        for field in form:
            field.id = f"{field.id}-{ident}"
    return forms


class DeclineForm(Form):
    reason = RadioField(
        N_("Why do you decline?"),
        [InputRequired(N_("Choose a reason: it helps the creator to ask better."))],
        choices=list(DECLINE_REASONS.items()),
    )
    note = Paragraphs(N_("Anything to add for the creator"), longest=LONGEST_TEXT)
