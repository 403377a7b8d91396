"""The forms about parcels: what is in one, who carries it, and its arrival."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, FormField, SelectField, ValidationError
from wtforms.validators import InputRequired

from portal.core import clock
from portal.core.forms import Day, Figure, Form, Paragraphs, Rows, Typed, Words
from portal.core.i18n import N_, _
from portal.designs.photo_forms import PhotosField
from portal.orders.parcels.carriers import CARRIERS
from portal.orders.parcels.operations import Load
from portal.products.reading import read_number, written

_HEAVIEST = 30_000  # kg: what a container takes
_LINES = 5  # of a packing list, to begin with


class Weight(Typed):
    """Kilograms as people write them, kept in whole grams."""

    def __init__(self, label: Any, description: Any = "", **more: Any) -> None:
        super().__init__(label, description, render_kw={"inputmode": "decimal", "autocomplete": "off"}, **more)

    def read(self, text: str) -> int:
        kilograms = read_number(text, "kg")
        if kilograms is None or not 0 < kilograms <= _HEAVIEST:
            raise ValidationError(_("Write the weight in kg, for example 12.5."))
        return int((kilograms * 1000).to_integral_value())

    def write(self, value: int) -> str:
        return written(Decimal(value) / 1000)


class Line(Form):
    """A line of the packing list."""

    text = Words(N_("What"), longest=120)
    pieces = Figure(N_("Pieces"), low=1, high=1_000_000)


class ParcelForm(Form):
    """What the factory says of a parcel that it sends."""

    pieces = Figure(N_("Pieces in this parcel"), required=True, low=1, high=1_000_000)
    last = BooleanField(N_("This is the last parcel: then the order is shipped"))
    short = Words(
        N_("Why does the rest not come?"), N_("Only if fewer pieces are shipped than were made."), longest=300
    )
    cartons = Figure(N_("Cartons"), required=True, low=1, high=10_000)
    net = Weight(N_("Net weight"), required=True)
    gross = Weight(N_("Gross weight"), N_("With the packing."), required=True)
    carrier = SelectField(N_("Carrier"), validators=[InputRequired(N_("Choose who carries the parcel."))])
    tracking_number = Words(N_("Tracking number"), N_("As on the label. Freight may go without one."), longest=60)
    shipped_on = Day(N_("Left on"), required=True)
    lines = Rows(FormField(Line), min_entries=_LINES, max_entries=40)
    photos = PhotosField(N_("Photos"))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        chosen = [("", _("Choose"))]
        self.tracking_number.flags.optional = False  # the carrier decides it
        self.carrier.choices = chosen + [(carrier.code, str(carrier.name)) for carrier in CARRIERS.values()]

    def validate_lines(self, field: Rows) -> None:
        for line in field.entries:
            if bool(line.form.text.data) != (line.form.pieces.data is not None) and not line.form.pieces.errors:
                raise ValidationError(_("Every line of the packing list says what it is and how many pieces."))

    @property
    def load(self) -> Load:
        """The parcel as the operation takes it; the form has been validated."""
        rows = [line.form for line in self.lines.entries if line.form.text.data]
        return Load(
            pieces=self.pieces.data,
            cartons=self.cartons.data,
            net_grams=self.net.data,
            gross_grams=self.gross.data,
            carrier=self.carrier.data,
            tracking_number=self.tracking_number.data,
            shipped_on=self.shipped_on.data,
            lines=[{"text": row.text.data, "pieces": row.pieces.data} for row in rows],
            photos=self.photos.data or [],
            short=self.short.data,
        )


class ArrivalForm(Form):
    """The carrier's word that a parcel has arrived, entered by hand."""

    delivered_on = Day(N_("Delivered on"), required=True)
    proof = Paragraphs(
        N_("What does the carrier’s page say?"),
        N_("Who signed and where, as the tracking page shows it. The creator reads this."),
        longest=300,
        required=N_("Say how the carrier shows it: who signed, or what the tracking page says."),
    )

    @property
    def moment(self) -> datetime:
        """Noon of the day, or now where that is still to come."""
        day: date = self.delivered_on.data
        noon = datetime.combine(day, time(12), UTC)
        present = clock.now()
        return min(noon, present) if day <= (present + clock.hours(14)).date() else noon


class CloseForm(Form):
    sure = BooleanField(
        N_("I have checked the goods, and all is well."),
        [InputRequired(N_("Tick the box once you have checked the goods."))],
    )
