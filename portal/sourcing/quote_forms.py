"""The quote form: made for the brief's quantities and blank fields. What cannot be read stays in its field."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectField, ValidationError

from portal.core import clock
from portal.core.errors import Invalid
from portal.core.filters import number
from portal.core.forms import Amount, Figure, Form, Paragraphs, Words
from portal.core.i18n import N_, _
from portal.products.terms import INCOTERMS
from portal.sourcing import assumptions
from portal.sourcing.assumptions import Blank
from portal.sourcing.quote_operations import MOST_ADVANCE, Offer, OfferLine

#: At first sight a quote asks for no more than this many fields.
AT_FIRST_SIGHT = 5
FEES = ("tooling_minor", "plate_minor", "sample_minor")
_ZERO = N_("Write 0 if there is none.")


_MAY_BE_BLANK = frozenset({"tax_percent", "extra_sample_minor", "advance_percent"})


class Group(NamedTuple):
    """Some fields of the form, folded unless one of them is refused; `summary` says what is there, `missing` how many
    are still to be filled in."""

    title: Any
    fields: list[Field]
    summary: str
    open: bool
    missing: int
    hint: Any = ""


def _group(title: Any, fields: list[Field], summary: str, hint: Any = "") -> Group:
    missing = sum(not _text(field) and field.name not in _MAY_BE_BLANK for field in fields)
    return Group(title, fields, summary, any(field.errors for field in fields), missing, hint)


def _text(field: Field) -> str:
    """What stands in a field, as it was typed."""
    return str(field.raw_data[0]).strip() if field.raw_data else ""


def _named(field: Field, message: Any) -> str:
    return _("%(field)s: %(message)s", field=field.label.text, message=message)


def _together(fields: Sequence[Field]) -> str:
    """The texts of fields side by side; once where all are the same."""
    texts = [_text(field) or "?" for field in fields]
    return texts[0] if len(set(texts)) == 1 else " / ".join(texts)


def _stated(fields: Sequence[Field]) -> str:
    stated = sum(bool(_text(field)) for field in fields)
    return _("%(stated)d of %(all)d stated", stated=stated, all=len(fields))


class QuoteForm(Form):
    """The fields of every quote; `quote_form` adds those of the quantities and of the blank fields."""

    quantities: Sequence[int] = ()
    blanks: Sequence[Blank] = ()

    tooling_minor = Amount(N_("Tooling"), required=_ZERO)
    plate_minor = Amount(N_("Plate fee"), required=_ZERO)
    sample_minor = Amount(N_("Sample fee"), required=_ZERO)
    sample_days = Figure(N_("Sample ready in"), required=N_("Say how many days a sample takes."), low=1, high=365)
    sample_rounds = Figure(N_("Sample rounds in the fee"), required=N_("Write 1 or more."), low=1, high=9)
    extra_sample_minor = Amount(N_("Each further sample round"), N_("Blank: further rounds cost nothing."))
    deposit_percent = Figure(N_("Deposit"), required=N_("Write the deposit's share."), low=10, high=100)
    advance_percent = Figure(
        N_("Advance for materials"),
        N_(
            "From 0 to 50 percent of the deposit, released to you when the golden sample is approved. The rest follows "
            "when the order closes."
        ),
        low=0,
        high=MOST_ADVANCE,
    )
    incoterm = SelectField(N_("Delivery term"), choices=list(INCOTERMS))
    incoterm_place = Words(N_("Named place"), longest=80, required=N_("Name the place, for example Ningbo."))
    tax = RadioField(
        N_("Tax"), choices=[("included", N_("Prices include tax")), ("added", N_("Tax is added"))], default="included"
    )
    tax_percent = Figure(N_("Tax rate"), low=0, high=50)
    valid_days = Figure(N_("Valid for"), required=N_("Say how many days the quote stands."), low=1, high=180)
    note = Paragraphs(N_("Note to the creator"), longest=2000)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.tax.data == "added" and not self.tax_percent.data and not self.tax_percent.errors:
            self.tax_percent.errors = [_("Write the rate of the tax that is added.")]
            return False
        return valid

    def unit_price(self, quantity: int) -> Field:
        return self[f"unit_price_{quantity}"]

    def lead_days(self, quantity: int) -> Field:
        return self[f"lead_days_{quantity}"]

    def freight(self, quantity: int) -> Field:
        return self[f"freight_{quantity}"]

    def assumed(self, blank: Blank) -> Field:
        return self[f"assume_{blank.path}"]

    def blank_of(self, field: Field) -> Blank | None:
        """The spec field that an assumption's field answers."""
        return next((blank for blank in self.blanks if field.name == f"assume_{blank.path}"), None)

    @property
    def priced(self) -> bool:
        """Whether a price stands in the form for any quantity."""
        return any(_text(self.unit_price(quantity)) for quantity in self.quantities)

    @property
    def lead_times_first(self) -> bool:
        """Whether the lead times fit among the few fields that are seen at first."""
        return 2 * len(self.quantities) <= AT_FIRST_SIGHT

    @property
    def groups(self) -> list[Group]:
        """The parts of the form that are folded while they need no attention, in the order of the page."""
        groups = (self._timing(), self._fees(), self._terms(), self._more_terms(), *self._assumptions())
        return [group for group in groups if group.fields]

    def _timing(self) -> Group:
        times = [] if self.lead_times_first else [self.lead_days(quantity) for quantity in self.quantities]
        freight = [self.freight(quantity) for quantity in self.quantities]
        said = [_("%(days)s days", days=_together(times))] if times else []
        said.append(_("freight %(amounts)s", amounts=_together(freight)))
        title = N_("Time and freight") if times else N_("Freight")
        return _group(title, [*times, *freight], " · ".join(said))

    def _fees(self) -> Group:
        fields = [self[name] for name in (*FEES, "sample_days", "sample_rounds", "extra_sample_minor")]
        said = (f"{field.label.text} {_text(field) or '?'}" for field in fields[:3])
        return _group(N_("Tooling, plates and sample"), fields, " · ".join(said))

    def _terms(self) -> Group:
        names = ("deposit_percent", "incoterm", "incoterm_place", "tax", "tax_percent", "valid_days")
        delivery = f"{self.incoterm.data or ''} {_text(self.incoterm_place)}".strip()
        tax = _("tax included") if self.tax.data == "included" else _("plus %(n)s %% tax", n=_text(self.tax_percent))
        valid = _("valid %(n)s days", n=_text(self.valid_days))
        said = (f"{_text(self.deposit_percent)} %", delivery, tax, valid)
        return _group(N_("Deposit, delivery, tax, validity"), [self[name] for name in names], " · ".join(said))

    def _more_terms(self) -> Group:
        advance = _text(self.advance_percent)
        said = _("no advance") if advance in ("", "0") else _("advance %(n)s %% of the deposit", n=advance)
        return _group(N_("More terms"), [self.advance_percent], said)

    def _assumptions(self) -> tuple[Group, Group]:
        """What only this factory can say, and what the trade usually takes."""
        own = [self.assumed(blank) for blank in self.blanks if not blank.suggestion]
        usual = [self.assumed(blank) for blank in self.blanks if blank.suggestion]
        hint = N_("Your price holds for what you state here; the creator reads it beside the price.")
        return (
            _group(N_("The brief leaves open"), own, _stated(own), hint),
            _group(N_("Left open, the usual is filled in"), usual, _stated(usual), hint),
        )

    def problems(self) -> dict[str, Sequence[str]]:
        """Field id -> messages that name the field, in the order of the page."""
        fields = [self.unit_price(quantity) for quantity in self.quantities]
        fields += [self.lead_days(quantity) for quantity in self.quantities] if self.lead_times_first else []
        fields += [field for group in self.groups for field in group.fields]
        found = {f.id: [_named(f, message) for message in f.errors] for f in [*fields, self.note] if f.errors}
        return found | ({"": self.form_errors} if self.form_errors else {})

    def refuse(self, problem: Invalid) -> None:
        """Put an operation's refusal beside the fields that it names, or on top."""
        for name, message in problem.fields.items():
            field = self._fields.get(name)
            (field.errors if field is not None else self.form_errors).append(str(message))
        if problem.message:
            self.form_errors.append(str(problem.message))

    def typed(self) -> dict[str, str]:
        """Everything as typed, to be kept as a draft."""
        return {name: str(field.raw_data[0]) for name, field in self._fields.items() if field.raw_data}

    def offer_line(self, quantity: int) -> OfferLine | None:
        """The offer at one quantity; None while its price can't be read."""
        price = self.unit_price(quantity).data
        if not price:
            return None
        return OfferLine(quantity, price, self.lead_days(quantity).data or 0, self.freight(quantity).data or 0)

    def offer(self) -> Offer:
        """What the form says, as far as it can be read; complete once the form is valid. Validate first."""
        lines = [self.offer_line(quantity) for quantity in self.quantities]
        added = self.tax.data == "added"
        return Offer(
            lines=tuple(line for line in lines if line),
            **{name: self[name].data or 0 for name in FEES},
            sample_days=self.sample_days.data or 0,
            sample_rounds=self.sample_rounds.data or 1,
            extra_sample_minor=self.extra_sample_minor.data or 0,
            deposit_percent=self.deposit_percent.data or 0,
            advance_percent=self.advance_percent.data or 0,
            incoterm=self.incoterm.data or "",
            incoterm_place=self.incoterm_place.data or "",
            tax_included=not added,
            tax_percent=(self.tax_percent.data or 0) if added else 0,
            valid_until=clock.now() + timedelta(days=self.valid_days.data or 0),
            assumptions={blank.path: self._kept(blank) for blank in self.blanks},
            note=self.note.data or "",
        )

    def _kept(self, blank: Blank) -> str:
        try:
            return assumptions.read(blank.field, self.assumed(blank).data or "")
        except Invalid:
            return ""


def quote_form(
    quantities: Sequence[int], currency: str, blanks: Sequence[Blank], typed: Mapping[str, Any]
) -> QuoteForm:
    """A form over `typed`: what a browser sent, or what it is prefilled with as text."""
    fields: dict[str, Any] = {"quantities": tuple(quantities), "blanks": tuple(blanks)}
    for quantity in quantities:
        fields |= _quantity_fields(quantity)
    fields |= {f"assume_{blank.path}": _assumption_field(blank) for blank in blanks}
    form = type("QuoteFormOfBrief", (QuoteForm,), fields)(typed if isinstance(typed, MultiDict) else MultiDict(typed))
    for field in form:
        if isinstance(field, Amount):
            field.currency = currency
    return form


def _quantity_fields(quantity: int) -> dict[str, Field]:
    n = {"n": number(quantity)}
    price = _("Write the price of one piece at %(n)s pcs.", **n)
    time = _("Write how many days it takes at %(n)s pcs.", **n)
    return {
        f"unit_price_{quantity}": Amount(_("Unit price at %(n)s pcs", **n), required=price, validators=[_above_zero]),
        f"lead_days_{quantity}": Figure(_("Lead time at %(n)s pcs", **n), required=time, low=1, high=365),
        f"freight_{quantity}": Amount(_("Freight for %(n)s pcs", **n), required=_ZERO),
    }


def _above_zero(_form: QuoteForm, field: Field) -> None:
    if field.data == 0:
        raise ValidationError(_("A price can't be zero."))


def _assumption_field(blank: Blank) -> Field:
    def readable(_form: QuoteForm, field: Field) -> None:
        try:
            assumptions.read(blank.field, field.data or "")
        except Invalid as problem:
            raise ValidationError(str(problem.message)) from None

    label = str(blank.field.label)
    if blank.options:
        choices = [("", _("Choose")), *((code, str(words)) for code, words in blank.options)]
        return SelectField(label, [readable], choices=choices, validate_choice=False)
    missing = N_("State what you assume here: the brief leaves it open.")
    return Words(label, longest=assumptions.LONGEST, required=missing, validators=[readable])
