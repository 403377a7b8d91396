"""What a factory writes about itself, and what an operator answers."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from stdnum.cn import uscc
from wtforms import FormField, SelectField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core import clock
from portal.core.forms import Amount, Day, Figure, Form, Paragraphs, Rows, Words
from portal.core.i18n import N_, _, current
from portal.core.money import CURRENCIES
from portal.factories.models import CertificateKind
from portal.factories.operations import FIXED, IDENTITY, MAX_TIERS
from portal.factories.places import CITIES, find_city
from portal.products.declaration import Category
from portal.products.fields import Dimension
from portal.products.terms import INCOTERMS

ELSEWHERE = "elsewhere"
_CODE = 18  # characters of a unified social credit code (GB 32100)
PAPERS = {
    CertificateKind.BUSINESS_LICENSE: N_("Business licence"),
    CertificateKind.ISO9001: N_("ISO 9001 quality management"),
    CertificateKind.BSCI: N_("amfori BSCI social audit"),
    CertificateKind.SEDEX: N_("Sedex SMETA social audit"),
    CertificateKind.OTHER: N_("Another paper"),
}


class CheckList(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget()
    option_widget = CheckboxInput()


class ProfileForm(Form):
    """Who the factory is and where."""

    name_zh = Words(N_("Name in Chinese"), N_("As on the business licence."), longest=160)
    name = Words(N_("Name in English"), N_("What buyers abroad read; leave it blank if there is none."), longest=160)
    license_number = Words(
        N_("Unified social credit code"), N_("18 digits and letters, on the business licence."), longest=60
    )
    city = SelectField(N_("City"))
    other_city = Words(N_("Another city"), N_("Only if yours is not in the list."), longest=60)
    about_zh = Paragraphs(
        N_("About the factory, in Chinese"), N_("What you make best, for whom, with which machines."), longest=2000
    )
    about = Paragraphs(N_("About the factory, in English"), N_("Buyers abroad read this one."), longest=2000)
    founded = Figure(N_("Founded in"), N_("The year, for example 2008."), low=1900, high=2100)
    employees = Figure(N_("People"), N_("How many work there."), low=1, high=200_000)
    contact_name = Words(N_("Who to ask"), N_("Seen by operators only."), longest=120)
    phone = Words(N_("Telephone"), N_("Seen by operators only."), longest=40, render_kw={"inputmode": "tel"})

    def __init__(self, formdata: Any = None, *, obj: Any) -> None:
        city = find_city(obj.city)
        code = city.code if city else ELSEWHERE if obj.city else ""
        other = obj.city if code == ELSEWHERE else ""
        super().__init__(formdata, data=_values(obj) | {"city": code, "other_city": other})
        self.city.choices = [("", _("Choose")), *_cities(), (ELSEWHERE, _("Another city"))]
        if obj.stage in FIXED:
            for name in IDENTITY:
                del self[name]

    def validate_name_zh(self, field: Words) -> None:
        if not (field.data or self["name"].data):
            raise ValidationError(_("Write the name in Chinese, in English, or both."))

    def validate_license_number(self, field: Words) -> None:
        field.data = uscc.compact(unicodedata.normalize("NFKC", field.data or "")).upper()
        if field.data and len(field.data) != _CODE:
            raise ValidationError(_("The code has 18 digits and letters."))
        if field.data and not uscc.is_valid(field.data):
            raise ValidationError(_("This code has a slip of the pen: its last character doesn't fit the others."))

    def validate_founded(self, field: Figure) -> None:
        if field.data and field.data > clock.now().year:
            raise ValidationError(_("That year is still to come."))

    def validate_other_city(self, field: Words) -> None:
        if self.city.data == ELSEWHERE and not field.data:
            raise ValidationError(_("Write the city's name."))

    @property
    def profile(self) -> dict[str, Any]:
        """The columns to set; a city of the list brings its province and coordinates."""
        city = CITIES.get(self.city.data or "")
        names = (
            "name",
            "name_zh",
            "license_number",
            "about",
            "about_zh",
            "founded",
            "employees",
            "contact_name",
            "phone",
        )
        return {name: self[name].data for name in names if name in self} | {
            "city": city.name if city else self.other_city.data if self.city.data == ELSEWHERE else "",
            "province": city.province if city else "",
            "place_zh": city.place_zh if city else "",
            "latitude": city.latitude if city else None,
            "longitude": city.longitude if city else None,
        }


def _values(obj: Any) -> dict[str, Any]:
    """A row as form data."""
    return {} if obj is None else dict(obj._mapping)


def _cities() -> list[tuple[str, str]]:
    if current().startswith("zh"):
        return [(city.code, f"{city.province_zh} {city.name_zh}") for city in CITIES.values()]
    return [(city.code, f"{city.name}, {city.province}") for city in sorted(CITIES.values(), key=lambda c: c.name)]


class TermsForm(Form):
    """What quotes of this factory usually say."""

    currency = SelectField(N_("Currency of your own prices"), choices=[(code, code) for code in CURRENCIES])
    deposit_percent = Figure(N_("Deposit"), N_("30 is usual."), low=10, high=100, required=True)
    incoterm = SelectField(N_("Delivery term"), choices=list(INCOTERMS))
    incoterm_place = Words(N_("Named place"), N_("For example Ningbo."), longest=80)


_FEES = ("sample_fee_minor", "tooling_fee_minor", "plate_fee_minor")


class CapabilityForm(Form):
    """What the factory makes in one category. Fees are in `currency`."""

    goods = CheckList(N_("What you make"), description=N_("You are asked for these only."))
    processes = CheckList(N_("Processes"), description=N_("What you do yourselves or have done next door."))
    materials = CheckList(N_("Materials"), description=N_("What you have worked with and can get in small lots."))
    certificates = CheckList(N_("Certificates"), description=N_("Only those that are valid today."))
    markets = CheckList(N_("Markets"), description=N_("Where you have sent goods and know the tests and labels."))
    moq = Figure(N_("Smallest order (MOQ)"), N_("The fewest pieces you take."), low=1, high=1_000_000, required=True)
    max_quantity = Figure(N_("Largest order"), N_("Leave it blank for no limit."), low=1, high=10_000_000)
    lead_days = Figure(N_("Usual lead time"), N_("From deposit to ready to ship."), low=1, high=365, required=True)
    monthly_capacity = Figure(N_("Capacity a month"), low=1, high=100_000_000)
    sample_fee_minor = Amount(N_("Usual sample fee"))
    sample_days = Figure(N_("Sample ready in"), low=1, high=180, required=True)
    tooling_fee_minor = Amount(N_("Usual tooling fee"))
    plate_fee_minor = Amount(N_("Usual plate fee"))

    def __init__(self, formdata: Any = None, *, category: Category, currency: str, obj: Any = None) -> None:
        values = _values(obj)
        super().__init__(formdata, data=values | {name: values.get(name) or None for name in _FEES})
        for dimension, field in self._lists():
            field.choices = [(code, str(label)) for code, label in category.vocabulary(dimension).items()]
            if formdata is None:  # a code that the category no longer has is not ticked
                field.data = [code for code in field.data or () if code in dict(field.choices)]
        for field in self:
            if isinstance(field, Amount):
                field.currency = currency

    def validate_goods(self, field: CheckList) -> None:
        if field.choices and not field.data:
            raise ValidationError(_("Tick what you make: you are asked for nothing else."))

    def _lists(self) -> list[tuple[Dimension, CheckList]]:
        return [
            (Dimension.GOODS, self.goods),
            (Dimension.PROCESS, self.processes),
            (Dimension.MATERIAL, self.materials),
            (Dimension.CERTIFICATE, self.certificates),
            (Dimension.MARKET, self.markets),
        ]

    @property
    def lists(self) -> list[CheckList]:
        """The lists that this category has anything to tick in."""
        return [field for _dimension, field in self._lists() if field.choices]

    @property
    def capability(self) -> dict[str, Any]:
        """The columns to set; a blank fee is no fee."""
        return {field.name: (field.data or 0) if isinstance(field, Amount) else field.data for field in self}


class TierForm(Form):
    min_quantity = Figure(N_("From (pcs)"), low=1, high=10_000_000)
    unit_price_minor = Amount("")
    lead_days = Figure(N_("Lead time (days)"), low=1, high=365)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """A row is blank, or whole."""
        fine = super().validate(extra_validators)
        filled = [field for field in self if field.raw_data and str(field.raw_data[0]).strip()]
        for field in self:
            if filled and field not in filled:
                field.errors = [*field.errors, _("This is needed.")]
                fine = False
            elif field in filled and field.data == 0:
                field.errors = [*field.errors, _("A price can't be nothing.")]
                fine = False
        return fine


class PricesForm(Form):
    """Price tiers of one category in one currency."""

    tiers = Rows(FormField(TierForm), min_entries=MAX_TIERS, max_entries=MAX_TIERS)

    def __init__(self, formdata: Any = None, *, currency: str, tiers: Any = ()) -> None:
        super().__init__(formdata, data={"tiers": [_values(tier) for tier in tiers]})
        for row in self.tiers:
            price = row.form.unit_price_minor
            price.currency, price.label.text = currency, _("Price (%(currency)s)", currency=currency)

    @property
    def filled(self) -> list[tuple[int, int, int]]:
        """(from pieces, minor units a piece, lead days) of every row that is filled in."""
        rows = [tuple(field.data for field in row.form) for row in self.tiers]
        return [row for row in rows if None not in row]  # type: ignore[misc]


class PaperForm(Form):
    """A paper of the factory."""

    kind = SelectField(N_("Kind of paper"), choices=[(kind.value, label) for kind, label in PAPERS.items()])
    title = Words(N_("What it says"), N_("For another paper: its name."), longest=120)
    number = Words(N_("Number"), N_("As printed on it."), longest=80, required=True)
    valid_until = Day(N_("Valid until"), N_("Leave it blank if it does not end."))

    def validate_title(self, field: Words) -> None:
        if self.kind.data == CertificateKind.OTHER and not field.data:
            raise ValidationError(_("Write the paper's name."))


class ReviewForm(Form):
    note = Paragraphs(
        N_("Note to the factory"),
        N_("What must change, or why; the factory reads it. Needed unless you verify."),
        longest=2000,
    )
