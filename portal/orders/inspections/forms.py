"""The forms on inspections, rework and concessions."""

from collections.abc import Sequence
from functools import partial

from wtforms import Field, FormField, RadioField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired

from portal.core.forms import Amount, Figure, Form, Paragraphs, Rows, Words
from portal.core.i18n import N_
from portal.designs.photo_forms import PhotosField
from portal.orders.inspections.classes import CLASSES
from portal.orders.inspections.operations import Defect, Findings

_MOST_LINES = 6  # of one class


class LotForm(Form):
    lot = Figure(N_("Pieces that can be checked now"), required=True, low=2, high=1_000_000)


class DefectForm(PlainForm):
    """One defect: what it is, and photos of it."""

    text = Words(N_("What is wrong"), longest=300)
    photos = PhotosField(N_("Photos of it"), most=6)


class InspectionForm(Form):
    """Counts and defects by class; `inspection_form` adds a photo for each of the golden sample's."""

    golden: Sequence[str] = ()

    critical = Figure(CLASSES[0].pieces, required=N_("Write 0 if there is none."), low=0, high=100_000)
    major = Figure(CLASSES[1].pieces, required=N_("Write 0 if there is none."), low=0, high=100_000)
    minor = Figure(CLASSES[2].pieces, required=N_("Write 0 if there is none."), low=0, high=100_000)
    critical_lines = Rows(FormField(DefectForm), min_entries=1, max_entries=_MOST_LINES)
    major_lines = Rows(FormField(DefectForm), min_entries=1, max_entries=_MOST_LINES)
    minor_lines = Rows(FormField(DefectForm), min_entries=1, max_entries=_MOST_LINES)
    inspector = Words(
        N_("Third-party inspector"), N_("Name of the company; blank if you have checked yourselves."), longest=120
    )
    note = Paragraphs(N_("Note"), N_("The creator reads this."), longest=1000)

    def lines(self, code: str) -> Rows:
        """The defects of a class."""
        return self[f"{code}_lines"]

    def described(self, code: str) -> bool:
        """Whether anything is said of a class yet, or another line was asked for."""
        lines = self.lines(code)
        return len(lines) > 1 or any(entry.form.text.data or entry.form.photos.data for entry in lines)

    def add_line(self, code: str) -> None:
        """Another defect of a class, while there is room."""
        if f"{code}_lines" in self and len(self.lines(code)) < _MOST_LINES:
            self.lines(code).append_entry()

    @property
    def views(self) -> list[tuple[str, Field]]:
        """(photo of the golden sample, field of the photo beside it)."""
        return [(ident, self[f"view_{number}"]) for number, ident in enumerate(self.golden, 1)]

    def findings(self, lot: int) -> Findings:
        """What the form says of a lot of `lot` pieces."""
        return Findings(
            lot=lot,
            found={one.code: self[one.code].data for one in CLASSES},
            defects=[
                Defect(one.code, entry.form.text.data, tuple(entry.form.photos.data))
                for one in CLASSES
                for entry in self.lines(one.code)
                if entry.form.text.data or entry.form.photos.data
            ],
            views={ident: field.data[0] for ident, field in self.views if field.data},
            inspector=self.inspector.data,
            note=self.note.data,
        )


def inspection_form(golden: Sequence[str], *, every_view: bool) -> type[InspectionForm]:
    """The form beside the golden sample's photos `golden`; with `every_view` none of them may lack one."""
    view = partial(
        PhotosField,
        most=1,
        required=N_("Take a photo at the same angle.") if every_view else False,
    )
    fields = {
        f"view_{number}": view(N_("The goods beside golden sample photo %(number)d", number=number))
        for number, _ident in enumerate(golden, 1)
    }
    return type("InspectionOfThis", (InspectionForm,), {"golden": tuple(golden), **fields})


class ReworkForm(Form):
    done = Paragraphs(N_("What was done"), N_("The creator reads this."), required=True, longest=1000)
    made = Figure(N_("Good pieces now"), required=True, low=1, high=1_000_000)
    photos = PhotosField(N_("Photos"))


class AskForm(Form):
    reason = Paragraphs(
        N_("Why the goods can be taken as they are"), N_("The creator decides by this."), required=True, longest=1000
    )
    allowance_minor = Amount(
        N_("Allowance off the balance"), N_("What you offer for it; write 0 for nothing."), required=True
    )

    def priced_in(self, currency: str) -> "AskForm":
        self.allowance_minor.currency = currency
        return self


class DecideForm(Form):
    decision = RadioField(
        N_("Your decision"),
        [InputRequired(N_("Choose one."))],
        choices=[("grant", N_("Take the goods as they are")), ("refuse", N_("Have them reworked"))],
    )
    reason = Paragraphs(N_("Words to the factory"), N_("If you refuse: what must be put right."), longest=1000)
