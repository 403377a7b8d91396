"""Forms: fields that read what people really type. What is refused stays in its field beside the message."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, StringField, ValidationError, validators
from wtforms.i18n import get_translations
from wtforms.widgets import TextArea, TextInput

from portal.core import clock, money
from portal.core.errors import Invalid, PortalError
from portal.core.i18n import N_, WTFORMS_LOCALES, _, current
from portal.core.text import shows_something

_translations = lru_cache(8)(lambda code: get_translations(WTFORMS_LOCALES[code]))


class Form(FlaskForm):
    """Base of every form. It carries no CSRF token of its own: every unsafe request is checked before a view runs."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def get_translations(self, form: Any) -> Any:
            return _translations(current())

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What a form sent; JSON, which may hold anything, is read by those who speak it."""
            left_to_us = formdata is not None and not hasattr(formdata, "getlist")
            return request.form if left_to_us and request and request.is_json else super().wrap_formdata(form, formdata)


class Needed:
    """Something must be written; blanks do not count."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message or N_("This is needed.")

    def __call__(self, form: Any, field: Field) -> None:
        if not (field.raw_data and clean(str(field.raw_data[0]))):
            field.errors = []
            raise validators.StopValidation(str(self.message))


def _rules(required: Any, more: Sequence[Any]) -> list[Any]:
    """`required` may be the words that say what is needed."""
    if not required:
        return [validators.Optional(), *more]
    return [Needed(None if required is True else required), *more]


def refuse(form: Form, problem: PortalError) -> None:
    """Show an operation's refusal on the form: beside the fields it names, or above all of them."""
    if str(problem.message):
        form.form_errors = [*form.form_errors, str(problem.message)]
    for name, message in problem.fields.items():
        form[name].errors = [*form[name].errors, str(message)]


#: Embeddings, overrides and isolates: they would run on into whatever a letter or a timeline says next.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean(text: str | None, *, lines: bool = False) -> str:
    """`text` without control characters and those that turn the direction of what follows, in NFC, trimmed; line breaks
    stay only with `lines`. Empty where nothing of it can be seen."""
    plain = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").replace("\r", "\n")
    keep = "\n" if lines else ""
    plain = plain if lines else plain.replace("\n", " ")
    plain = plain.translate(_TURNING)
    kept = "".join(c for c in plain if c in keep or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    return kept if shows_something(kept) else ""


class Words(StringField):
    """A line of at most `longest` characters. `data` is a clean string, never None."""

    def __init__(self, label: Any, description: Any = "", *, longest: int, required: Any = False, **more: Any) -> None:
        rules = _rules(required, more.pop("validators", ()))
        super().__init__(label, rules, description=description, **more)
        self.longest = longest

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = clean(valuelist[0] if valuelist else "", lines=isinstance(self.widget, TextArea))

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if len(self.data or "") > self.longest:
            raise ValidationError(_("Keep this to %(longest)d characters.", longest=self.longest))


class Paragraphs(Words):
    """Several lines."""

    widget = TextArea()


class Typed(Field):
    """What reads its text itself: `data` is a value or None, the text stays as it was typed."""

    widget = TextInput()

    def __init__(self, label: Any, description: Any = "", *, required: Any = False, **more: Any) -> None:
        super().__init__(label, _rules(required, more.pop("validators", ())), description=description, **more)

    def _value(self) -> str:
        if self.raw_data is not None:
            return str(self.raw_data[0]) if self.raw_data else ""
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None

    def pre_validate(self, form: Any) -> None:
        text = clean(self.raw_data[0]) if self.raw_data else ""
        if text:
            self.data = self.read(text)

    def read(self, text: str) -> Any:
        """The value that the text means. Raises `ValidationError`."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        return str(value)


class Rows(FieldList):
    """So many fields, or groups of fields, alike. A number that no page has given to one is read as nothing."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            number = name[len(prefix) + 1 :].split("-", 1)[0] if name.startswith(f"{prefix}-") else ""
            if number.isascii() and number.isdigit() and len(number) < 4:
                yield int(number)


#: A comma groups thousands and nothing else: "2,5" is not 25, and "1,00" may lack a nought.
_WHOLE = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|\d+")


class Figure(Typed):
    """A whole number from `low` to `high`; commas between thousands and full-width digits are read too."""

    def __init__(self, label: Any, description: Any = "", *, low: int, high: int, **more: Any) -> None:
        super().__init__(label, description, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **more)
        self.low, self.high = low, high

    def read(self, text: str) -> int:
        typed = money.narrow(text)
        digits = typed.replace(",", "")
        if not _WHOLE.fullmatch(typed) or len(digits) > 12:
            example = min(max(self.low, 10), self.high)
            raise ValidationError(_("Write a whole number in figures, for example %(number)d.", number=example))
        if not self.low <= int(digits) <= self.high:
            raise ValidationError(_("From %(low)d to %(high)d.", low=self.low, high=self.high))
        return int(digits)


class Amount(Typed):
    """A sum of money in minor units of `currency`, which the form sets before it validates or shows the field."""

    currency = "USD"

    def __init__(self, label: Any, description: Any = "", **more: Any) -> None:
        super().__init__(label, description, render_kw={"inputmode": "decimal", "autocomplete": "off"}, **more)

    def read(self, text: str) -> int:
        try:
            return money.parse(text, self.currency)
        except Invalid as problem:
            raise ValidationError(str(problem.message)) from None

    def write(self, value: int) -> str:
        return f"{money.major(value, self.currency):f}"


class Day(Typed):
    """A calendar day, from the browser's own picker or typed as year-month-day. One that lies more than `AHEAD` from
    today is a slip, as is one of the last century."""

    AHEAD = timedelta(days=5 * 365)
    widget = TextInput("date")

    def read(self, text: str) -> date:
        try:
            day = date.fromisoformat(unicodedata.normalize("NFKC", text).replace("/", "-"))
        except ValueError:
            raise ValidationError(_("Write the date as year-month-day, for example 2027-03-15.")) from None
        if day.year < 2000 or day - clock.now().date() > self.AHEAD:
            raise ValidationError(_("Check the year."))
        return day
