"""The forms about samples: sending one, saying what should be different."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField, ValidationError

from portal.core.asking import whole
from portal.core.forms import Form, Paragraphs, Typed, Words, clean
from portal.core.i18n import N_, _
from portal.designs.photo_forms import PhotosField
from portal.designs.photos import Shown
from portal.orders.parcels.carriers import CARRIERS
from portal.orders.samples.operations import LONGEST_PIN, MOST_PINS, Pin, Sent
from portal.products.measures import Measure
from portal.products.reading import read_number, written

_LONGEST_MEASURE = Decimal(1_000_000)
#: The width in CSS pixels at which a photo is pressed where no script is there to say how wide it is (samples.css).
PRESSED_WIDTH = 320


class Measured(Typed):
    """A figure in `unit` as somebody read it off; blank where nothing was measured."""

    def __init__(self, label: Any, description: Any = "", *, unit: str = "", signed: bool = False, **more: Any) -> None:
        super().__init__(label, description, render_kw={"autocomplete": "off"}, **more)
        self.unit, self.signed = unit, signed

    def read(self, text: str) -> Decimal:
        found = read_number(text, self.unit)
        if found is None or abs(found) > _LONGEST_MEASURE:
            raise ValidationError(_("Write what you measured in figures, for example %(example)s.", example="12.5"))
        if found < 0 and not self.signed:
            raise ValidationError(_("This can’t be less than 0."))
        return found

    def write(self, value: Decimal) -> str:
        return written(value)


class SampleForm(Form):
    """What the factory says of a sample; `sample_form` adds a field for each measure."""

    measures: Sequence[Measure] = ()

    photos = PhotosField(N_("Photos"), required=N_("Add at least one photo of the sample."))
    carrier = SelectField(N_("Carrier"), default="")
    tracking_number = Words(N_("Tracking number"), longest=80)
    note = Paragraphs(N_("Note"), N_("The creator reads this."), longest=1000)

    def found(self, measure: Measure) -> Field:
        return self[f"found-{measure.path}"]

    def sent(self) -> Sent:
        """What the form says. Validate first."""
        figures = {measure.path: self.found(measure).data for measure in self.measures}
        return Sent(
            photos=self.photos.data,
            found={path: figure for path, figure in figures.items() if figure is not None},
            carrier=self.carrier.data or "",
            tracking_number=self.tracking_number.data,
            note=self.note.data,
        )


def sample_form(measures: Sequence[Measure]) -> SampleForm:
    """The form of this request for a sample with these measures."""
    fields: dict[str, Any] = {"measures": tuple(measures)}
    fields |= {f"found-{one.path}": Measured(one.label, unit=one.unit, signed=one.signed) for one in measures}
    form = type("SampleFormOfOrder", (SampleForm,), fields)()
    carriers = [(carrier.code, str(carrier.name)) for carrier in CARRIERS.values()]
    form.carrier.choices = [("", _("It is not sent")), *carriers]
    return form


class ToolingForm(Form):
    """The tooling is ready."""

    photos = PhotosField(N_("Photos"))
    note = Paragraphs(N_("Note"), N_("The creator reads this."), longest=1000)


@dataclass(frozen=True)
class Placed:
    """A comment as it stands in the form, with what is wrong about it."""

    pin: Pin
    error: str = ""


class Mark(NamedTuple):
    """Where a comment's number is drawn: thousandths of the photo's width and height."""

    number: int
    x: int
    y: int


class ChangesForm(Form):
    """What should be different: comments on photos, words, or both.

    Each comment is four inputs of the same names: `pin_photo`, `pin_x`, `pin_y`, `pin_text`. A press on a photo without
    JavaScript sends `at-<photo>.x` and `.y`; `drop` is the place of a comment to be removed.
    """

    reply = Paragraphs(N_("Anything else"), longest=2000)

    def __init__(self, sent: MultiDict[str, str], photos: Sequence[Shown], **more: Any) -> None:
        super().__init__(**more)
        self._photos = {photo.id: photo for photo in photos}
        self.pins = [Placed(pin) for pin in _pins(sent, self._photos)]
        self._sort()
        self._press = _pressed(sent, self._photos)
        self._drop = sent.get("drop", type=whole)

    @property
    def edits(self) -> bool:
        """Whether the form was sent only to add a comment or remove one."""
        return self._press is not None or self._drop is not None

    @property
    def full(self) -> bool:
        """Whether there are as many comments as there may be."""
        return len(self.pins) >= MOST_PINS

    def edit(self) -> None:
        """Add the comment that was begun, or remove the one that was dropped."""
        if self._drop is not None and 0 <= self._drop < len(self.pins):
            del self.pins[self._drop]
        if self._press is not None and not self.full:
            self.pins.append(Placed(self._press))
            self._sort()

    def _sort(self) -> None:
        """Comments are counted photo by photo, as they stand on the page."""
        order = list(self._photos)
        self.pins.sort(key=lambda placed: order.index(placed.pin.photo))

    def marks(self, photo: str) -> list[Mark]:
        """The marks on one photo."""
        return [Mark(n, one.pin.x, one.pin.y) for n, one in enumerate(self.pins, 1) if one.pin.photo == photo]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        self.pins = [replace(one, error=_wrong(one.pin)) for one in self.pins]
        return valid and not any(one.error for one in self.pins)


def _wrong(pin: Pin) -> str:
    if not pin.text:
        return _("Say what should be different here, or remove this comment.")
    return _("Keep this to %(longest)d characters.", longest=LONGEST_PIN) if len(pin.text) > LONGEST_PIN else ""


def _pins(sent: MultiDict[str, str], photos: dict[str, Shown]) -> list[Pin]:
    columns = (sent.getlist(name)[:MOST_PINS] for name in ("pin_photo", "pin_x", "pin_y", "pin_text"))
    found = []
    for photo, x, y, text in zip(*columns, strict=False):
        if photo in photos and x.isdecimal() and y.isdecimal():
            found.append(Pin(photo, min(int(x[:4]), 1000), min(int(y[:4]), 1000), clean(text, lines=True)))
    return found


def _pressed(sent: MultiDict[str, str], photos: dict[str, Shown]) -> Pin | None:
    """The place of a photo that was pressed; its middle where no pointer was used."""
    for photo in photos.values():
        x, y = (sent.get(f"at-{photo.id}.{axis}", type=whole) for axis in "xy")
        if x is None or y is None or not photo.width:
            continue
        if x == y == 0:
            return Pin(photo.id, 500, 500, "")
        shown_height = PRESSED_WIDTH * photo.height / photo.width
        across, down = (round(1000 * place / side) for place, side in ((x, PRESSED_WIDTH), (y, shown_height)))
        return Pin(photo.id, min(max(across, 0), 1000), min(max(down, 0), 1000), "")
    return None
