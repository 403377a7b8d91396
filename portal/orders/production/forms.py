"""The forms on production."""

from typing import Any

from wtforms import RadioField

from portal.core.forms import Day, Figure, Form, Paragraphs
from portal.core.i18n import N_
from portal.designs.photo_forms import PhotosField
from portal.products.base import Option


class ProgressForm(Form):
    """A report from production; `offer` says which milestones there are."""

    milestone = RadioField(N_("What you are at"), validate_choice=True)
    percent = Figure(N_("How much of it is done"), required=True, low=0, high=100)
    quantity = Figure(N_("Good pieces ready so far"), low=0, high=1_000_000)
    expected_on = Day(N_("When you expect to finish"), required=N_("Write the day on which you expect to finish."))
    photos = PhotosField(N_("Photos"))
    note = Paragraphs(N_("Note"), N_("The creator reads this."), longest=1000)

    def offer(self, milestones: tuple[Option, ...]) -> "ProgressForm":
        self.milestone.choices = [(option.code, option.label) for option in milestones]  # type: ignore[assignment]
        return self


class FinishForm(Form):
    """How many good pieces there are; sent a second time with `sure`, the new balance that was shown."""

    made = Figure(N_("Good pieces made"), required=True, low=1, high=1_000_000)


def suggested(milestones: tuple[Option, ...], last: Any) -> dict[str, Any]:
    """What a new report begins with: where the last one ended."""
    if last is None:
        return {"milestone": milestones[0].code}
    return {"milestone": last.milestone, "quantity": last.quantity, "expected_on": last.expected_on}
