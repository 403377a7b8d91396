"""The pages on which a brief is written. Each form says which columns it would set: of a refused one, those that are
right, so that a draft keeps itself while it is being typed."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol
from uuid import UUID

from wtforms import BooleanField, SelectField, ValidationError

from portal.core import clock
from portal.core.forms import Amount, Day, Figure, Form, Paragraphs, Rows, Words
from portal.core.i18n import N_, _
from portal.core.money import CURRENCIES
from portal.products import category as category_of
from portal.products.base import Stage
from portal.products.forms import FormData, FormSection, SpecForm
from portal.products.values import raw_values
from portal.sourcing.brief_checks import Step
from portal.sourcing.destinations import countries

MOST_QUANTITIES = 4


class StepForm(Protocol):
    """What the view asks of a page's form."""

    def validate(self) -> bool: ...

    def columns(self) -> dict[str, Any]:
        """Column -> value for everything that is right, after `validate()`."""


class IdeaForm(Form):
    """What it is, in a few words."""

    title = Words(
        N_("What do you want to have made?"),
        N_("A few words, for example: Stinky tofu plush."),
        longest=120,
        required=N_("Give your idea a name."),
    )
    description = Paragraphs(
        N_("Tell about it"),
        N_("What it is for, what matters most, what it must not be. Factories read this first."),
        longest=2000,
    )

    def __init__(self, formdata: FormData | None, brief: Any) -> None:
        super().__init__(formdata, data={"title": brief.title, "description": brief.description})
        self.brief = brief

    def columns(self) -> dict[str, Any]:
        said = {name: self[name].data for name in ("title", "description") if not self[name].errors}
        return said | {"values": self._values(said)}

    def _values(self, said: Mapping[str, str]) -> dict[str, Any]:
        """The spec's own name and description follow, as far as nobody has written them otherwise."""
        values = dict(self.brief.values)
        for column, text in said.items():
            field = name_field(text) if column == "title" else column
            if text and values.get(field) in (None, getattr(self.brief, column)):
                values[field] = text
        return values


def name_field(title: str) -> str:
    """The spec field that a title belongs into: the English or the Chinese name."""
    return "product_name_zh" if any("\u4e00" <= c <= "\u9fff" for c in title) else "product_name"


class DetailsForm(SpecForm):
    """The category's spec, without what the first page has asked already."""

    def __init__(self, formdata: FormData | None, brief: Any) -> None:
        category = category_of(brief.category)
        super().__init__(category, values=brief.values, formdata=formdata)
        self.brief = brief
        self._asked = {"description", name_field(brief.title)} if brief.title else set()
        if formdata is not None:
            kept = {name: value for name, value in brief.values.items() if name in self._asked}
            self.raw |= raw_values(category, kept)

    @property
    def sections(self) -> list[FormSection]:
        shown = super().sections
        for section in shown:
            section.first[:] = [item for item in section.first if item.control.declared.name not in self._asked]
        return shown

    def validate(self, stage: Stage | None = Stage.BRIEF, assumed: Collection[str] = ()) -> bool:
        """Check what was sent; what a brief may leave blank may stay so."""
        return super().validate(stage, assumed)

    def columns(self) -> dict[str, Any]:
        refused = {path.split("-")[0] for path in self.problems} - self.values.keys()
        kept = {name: value for name, value in self.brief.values.items() if name in refused}
        return {"values": kept | self.values}


class QuantitiesForm(Form):
    """How many, for how much, by when, where to."""

    quantities = Rows(
        Figure(N_("Quantity"), low=1, high=1_000_000),
        N_("Quantities"),
        min_entries=MOST_QUANTITIES,
        max_entries=MOST_QUANTITIES,
    )
    currency = SelectField(
        N_("Currency"), choices=[(code, code) for code in CURRENCIES], description=N_("Quotes are made in it too.")
    )
    target_cost_minor = Amount(
        N_("Target cost per piece"), N_("What a piece may cost you; it helps factories to choose the means.")
    )
    needed_by = Day(N_("Needed by"), N_("The day it must be with you. Leave it blank if there is no hurry."))
    ship_country = SelectField(N_("Country it goes to"))
    ship_region = Words(N_("State or province"), longest=80)
    ship_city = Words(N_("City"), longest=80)
    ship_postcode = Words(N_("Postcode"), longest=20)
    confidential = BooleanField(
        N_("Confidential"), description=N_("Factories see artwork and details only after accepting an NDA.")
    )

    def __init__(self, formdata: FormData | None, brief: Any) -> None:
        names = (name for name in self._unbound_names() if name != "quantities")
        data = {name: getattr(brief, name) for name in names} | {"quantities": list(brief.quantities)}
        super().__init__(formdata, data=data)
        self.target_cost_minor.currency = self.currency.data if self.currency.data in CURRENCIES else brief.currency
        self.ship_country.choices = [("", _("Choose a country")), *countries()]
        for number, field in enumerate(self.quantities, 1):
            field.label.text = _("Quantity %(n)d", n=number)
            field.flags.optional = False  # one of them is needed, so none is marked

    @classmethod
    def _unbound_names(cls) -> list[str]:
        return [name for name in vars(cls) if hasattr(getattr(cls, name), "field_class")]

    def validate_quantities(self, field: Rows) -> None:
        if not any(entry.data for entry in field) and not any(entry.errors for entry in field):
            raise ValidationError(_("Say how many pieces you want."))

    def validate_needed_by(self, field: Day) -> None:
        if field.data and field.data <= clock.now().date():
            raise ValidationError(_("The day it is needed by has passed. Choose a later one."))

    def validate_ship_country(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError(_("Choose the country it goes to."))

    def columns(self) -> dict[str, Any]:
        right = {field.name: field.data for field in self if not field.errors and field.name != "quantities"}
        quantities = sorted({entry.data for entry in self.quantities if entry.data})
        return right | ({"quantities": quantities} if quantities else {})


class FactoriesForm:
    """Whom to ask: factories ticked in the list, or whomever the portal chooses."""

    def __init__(self, formdata: FormData | None, brief: Any) -> None:
        self.errors: dict[str, list[str]] = {}
        if formdata is None:
            self.portal_chooses, self.ticked = brief.portal_chooses, set(brief.shortlist)
            return
        pairs = list(formdata.items(multi=True))
        self.portal_chooses = ("who", "portal") in pairs
        self.ticked = {ident for name, text in pairs if name == "factory" and (ident := _uuid(text))}

    def validate(self) -> bool:
        if not self.portal_chooses and not self.ticked:
            self.errors = {"who-portal": [_("Choose at least one factory, or let Xiaodan choose.")]}
        return not self.errors

    def columns(self) -> dict[str, Any]:
        return {"portal_chooses": self.portal_chooses, "shortlist": sorted(self.ticked)}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


FORMS: dict[Step, Callable[[Any, Any], StepForm]] = {
    Step.IDEA: IdeaForm,
    Step.DETAILS: DetailsForm,
    Step.QUANTITIES: QuantitiesForm,
    Step.FACTORIES: FactoriesForm,
}
