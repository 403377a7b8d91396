"""The inputs of a spec form: what the macros of `_ui.html` ask of a form field, and no more.

A spec has a hundred fields, most of them folded away; these objects cost a few microseconds each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, NamedTuple
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape

from portal.core.i18n import _
from portal.products.base import Field
from portal.products.fields import Day, Number, Text


class Label(NamedTuple):
    text: str


class Said(NamedTuple):
    """A field's words in one language."""

    label: Label
    help: str
    unit: str
    choices: tuple[tuple[str, str], ...]
    row: str


_said: WeakKeyDictionary[Field, dict[str, Said]] = WeakKeyDictionary()


def said(declared: Field, locale: str) -> Said:
    """The words of `declared` in `locale`, which must be the current language; looked up once."""
    known = _said.setdefault(declared, {})
    if locale not in known:
        choices = tuple((code, str(label)) for code, label in getattr(declared, "options", ()))
        row = str(getattr(declared, "row_label", ""))
        known[locale] = Said(Label(str(declared.label)), str(declared.help), declared.unit_text, choices, row)
    return known[locale]


class Flags(NamedTuple):
    optional: bool


class Picked(NamedTuple):
    """One choice as it is drawn."""

    value: str
    label: str
    selected: bool
    render_kw: Mapping[str, str]


class TextInput:
    input_type = "text"
    multiple = False


class Select:
    input_type = None
    multiple = False


class ListWidget:
    input_type = None
    multiple = True


class Checkbox:
    input_type = "checkbox"


def _attributes(attrs: Mapping[str, Any]) -> str:
    """`attrs` as HTML; a trailing underscore of `class_` goes, False and None are left out, True has no value."""
    parts = []
    for name, value in attrs.items():
        if value is not None and value is not False:
            parts.append(f" {name.rstrip('_')}" + ("" if value is True else f'="{escape(value)}"'))
    return "".join(parts)


@dataclass
class Control:
    """One input with what was typed in it. `name` is its HTML name and id; calling it gives its markup."""

    declared: Field
    said: Said
    name: str
    raw: Any
    errors: list[str] = field(default_factory=list)
    optional: bool = False
    decides: str = ""
    kind: ClassVar[str] = "field"
    widget: ClassVar[Any] = TextInput()

    @property
    def id(self) -> str:
        return self.name

    @property
    def label(self) -> Label:
        return self.said.label

    @property
    def description(self) -> str:
        return self.said.help

    @property
    def flags(self) -> Flags:
        return Flags(self.optional)

    @property
    def unit(self) -> str:
        return self.said.unit

    @property
    def typed(self) -> str:
        raw = self.raw[-1] if isinstance(self.raw, list) and self.raw else self.raw
        return raw if isinstance(raw, str) else ""

    @property
    def filled(self) -> bool:
        return bool(self.typed.strip())

    @property
    def refused(self) -> bool:
        return bool(self.errors)

    @property
    def plain(self) -> bool:
        """Whether it looks as it does in a form that nobody has touched."""
        return not self.filled and not self.errors

    def problems(self) -> Iterator[tuple[str, list[str]]]:
        """(id, messages) of what is refused here."""
        if self.errors:
            yield self.id, self.errors

    def __call__(self, **attrs: Any) -> Markup:
        own = {"id": self.id, "name": self.name, **self._own(), "data-decides": self.decides or None, **attrs}
        return Markup(f"<input{_attributes(own)}>")  # noqa: S704 - every attribute is escaped

    def _own(self) -> dict[str, Any]:
        declared = self.declared
        if isinstance(declared, Number):
            # A telephone's numeric keypad has no minus.
            mode = None if declared.low < 0 else "decimal" if declared.decimals else "numeric"
            # A keypad without a minus would make negative figures impossible.
            return {
                "type": "text",
                "value": self.typed,
                "inputmode": None if declared.low < 0 else mode,
                "autocomplete": "off",
            }
        longest = declared.longest if isinstance(declared, Text) else None
        return {"type": self._type(), "value": self.typed, "maxlength": longest, "autocomplete": "off"}

    def _type(self) -> str:
        """A date picker, unless it would hide what was typed."""
        if not isinstance(self.declared, Day):
            return "text"
        try:
            date.fromisoformat(self.typed or "2000-01-01")
        except ValueError:
            return "text"
        return "date"


class Paragraphs(Control):
    """Several lines."""

    def __call__(self, **attrs: Any) -> Markup:
        own = {"id": self.id, "name": self.name, "rows": 3, "maxlength": self.declared.longest, **attrs}  # type: ignore[attr-defined]
        return Markup(f"<textarea{_attributes(own)}>\n{escape(self.typed)}</textarea>")  # noqa: S704 - escaped


class OneOf(Control):
    """A list to choose one from; the first entry leaves it open."""

    widget = Select()

    def iter_choices(self) -> Iterator[Picked]:
        yield Picked("", _("Not decided yet"), not self.filled, {})
        for code, label in self.said.choices:
            yield Picked(code, label, code == self.typed, {})

    def __call__(self, **attrs: Any) -> Markup:
        own = {"id": self.id, "name": self.name, "data-decides": self.decides or None, **attrs}
        choices = "".join(
            f'<option value="{escape(one.value)}"{" selected" if one.selected else ""}>{escape(one.label)}</option>'
            for one in self.iter_choices()
        )
        return Markup(f"<select{_attributes(own)}>{choices}</select>")  # noqa: S704 - escaped


class AnyOf(Control):
    """A list to tick several of."""

    widget = ListWidget()
    option_widget = Checkbox()

    @property
    def ticked(self) -> list[str]:
        return [self.raw] if isinstance(self.raw, str) else [one for one in self.raw or () if isinstance(one, str)]

    @property
    def filled(self) -> bool:
        return any(one.strip() for one in self.ticked)

    def iter_choices(self) -> Iterator[Picked]:
        more = {"data-decides": self.decides} if self.decides else {}
        for code, label in self.said.choices:
            yield Picked(code, label, code in self.ticked, more)
