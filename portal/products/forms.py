"""The form of a category: sections of inputs, the essential ones first, rows added and removed without JavaScript."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from portal.core.i18n import _, current
from portal.products.base import Field, Stage, Value, When
from portal.products.declaration import Category, Section
from portal.products.fields import Choice, listed
from portal.products.groups import Table, is_number
from portal.products.layout import Builder
from portal.products.values import Parsed, nested, parse, raw_values

PREFIX = "spec-"
_ADD, _REMOVE = f"{PREFIX}add", f"{PREFIX}remove"


class FormData(Protocol):
    """What `request.form` offers."""

    def items(self, multi: bool = False) -> Iterable[tuple[str, str]]: ...


#: Markup of blank inputs, by category and then by (language, field): most of a form is blank and always the same.
_drawn: WeakKeyDictionary[Category, dict[tuple[str, str], str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Item:
    """One input, cluster or table (`control`), with the condition under which it counts, in code and in words."""

    control: Any
    condition: When | None
    words: str
    shelf: dict[tuple[str, str], str]
    locale: str

    @property
    def drawn(self) -> str | None:
        """The markup, where it has been drawn before just as it must be now."""
        return self.shelf.get(self._key) if self.control.plain else None

    def keep(self, markup: str) -> str:
        """`markup` itself, put by for the next time if nothing of this person's is in it."""
        if self.control.plain:
            self.shelf[self._key] = markup
        return markup

    @property
    def _key(self) -> tuple[str, str]:
        return self.locale, self.control.name


@dataclass(frozen=True)
class FormSection:
    """A heading with what a first-time creator sees (`first`) and what is folded away unless `open` (`more`)."""

    code: str
    title: str
    first: list[Item]
    more: list[Item]
    condition: When | None
    words: str
    open: bool

    @property
    def filled(self) -> int:
        """How many of the folded fields hold something."""
        return sum(item.control.filled for item in self.more)


class SpecForm:
    """A category's spec as a form; its names begin with "spec-" and other inputs of the same page are left alone.

    Show one with `values` (or `raw` input that was kept). From a request pass `formdata`: then either `changes_rows`,
    a press on a button that adds or removes a row, and the page is shown again with 200; or `validate(stage)`, after
    which `values` holds what is right and `problems` what is not, for a 422 with everything still in its place.
    """

    def __init__(
        self,
        category: Category,
        *,
        values: Mapping[str, Value] | None = None,
        raw: Mapping[str, Any] | None = None,
        formdata: FormData | None = None,
    ) -> None:
        self.category = category
        self.changes_rows = False
        self._writing, self._here = formdata is not None, ""
        self.values: dict[str, Value] = dict(values or {})
        self.problems: dict[str, str] = {}
        self.raw: dict[str, Any] = dict(raw) if raw is not None else raw_values(category, self.values)
        if formdata is not None:
            pairs = [(name, text) for name, text in formdata.items(multi=True) if name.startswith(PREFIX)]
            buttons = [(name, text) for name, text in pairs if name in (_ADD, _REMOVE)]
            self.raw = nested((name[len(PREFIX) :], text) for name, text in pairs if name not in (_ADD, _REMOVE))
            self._tidy()
            self.values = parse(category, self.raw).values
            for button, target in buttons:
                self._press(button, target)

    def _tidy(self) -> None:
        """Tables as lists of rows, in order, the blank ones left out: so a path in a message is a row on the page."""
        for declared in self.category.fields():
            rows = self.raw.get(declared.name)
            if isinstance(declared, Table) and isinstance(rows, dict) and all(map(is_number, rows)):
                ordered = [rows[key] for key in sorted(rows, key=int)]
                self.raw[declared.name] = [row for row in ordered if _says_something(row)]

    def _press(self, button: str, target: str) -> None:
        name, _dash, number = target.partition("-")
        rows = self.raw.get(name, [])
        declared = next((field for field in self.category.fields() if field.name == name), None)
        if not isinstance(declared, Table) or not isinstance(rows, list):
            return
        self.changes_rows = True
        if button == _ADD and len(rows) < declared.rows:
            self.raw[name] = [*(rows or [{}]), {}]
            self._here = f"{PREFIX}{name}-{len(self.raw[name]) - 1}"
        elif button == _REMOVE and number.isdecimal() and len(number) < 4 and int(number) < len(rows):
            self.raw[name] = rows[: int(number)] + rows[int(number) + 1 :]
            self._here = f"{PREFIX}{name}"

    def validate(self, stage: Stage | None = None, assumed: Collection[str] = ()) -> bool:
        """Check what was sent for `stage` (None: a draft); whether nothing is refused."""
        parsed: Parsed = parse(self.category, self.raw, stage, assumed)
        self.values, self.problems = parsed.values, parsed.problems
        return parsed.ok

    @property
    def sections(self) -> list[FormSection]:
        """Every section, with the inputs as they stand now."""
        paths = self.category.paths
        deciding = {field.show_if.path for field in paths.values() if field.show_if}
        deciding |= {section.show_if.path for section in self.category.sections if section.show_if}
        essentials = frozenset(self.category.essentials)
        told = (self.problems, essentials, frozenset(deciding), self._writing, self._here)
        builder = Builder(PREFIX, current(), *told)
        return [self._section(section, builder, paths) for section in self.category.sections]

    def _section(self, section: Section, builder: Builder, paths: Mapping[str, Field]) -> FormSection:
        first: list[Item] = []
        more: list[Item] = []
        shelf, locale = _drawn.setdefault(self.category, {}), builder.locale
        for field in section.fields:
            control = builder.build(field, field.name, self.raw.get(field.name), field.name)
            item = Item(control, field.show_if, _in_words(field.show_if, paths), shelf, locale)
            (first if field.name in builder.essentials else more).append(item)
        words = _in_words(section.show_if, paths)
        unfolded = builder.unfolds([item.control for item in more])
        return FormSection(section.code, str(section.title), first, more, section.show_if, words, unfolded)

    @property
    def errors(self) -> dict[str, list[str]]:
        """id of an input -> messages, in the order of the page, for `error_summary`; "" for what has no input."""
        found: dict[str, list[str]] = {}
        for section in self.sections:
            for item in (*section.first, *section.more):
                for where, messages in item.control.problems():
                    found.setdefault(where, []).extend(messages)
        shown = {message for messages in found.values() for message in messages}
        homeless = [message for message in self.problems.values() if message not in shown]
        return {**found, "": homeless} if homeless else found


def _says_something(raw: Any) -> bool:
    if isinstance(raw, Mapping):
        return any(_says_something(inner) for inner in raw.values())
    if isinstance(raw, list):
        return any(map(_says_something, raw))
    return bool(str(raw).strip())


def _in_words(condition: When | None, paths: Mapping[str, Field]) -> str:
    """The condition for people: "Counts only if Closure is Zip, Tuck-in flap"."""
    if condition is None:
        return ""
    field = paths[condition.path]
    labels = field.labels if isinstance(field, Choice) else {}
    choices = listed(str(label) for code, label in labels.items() if code in condition.codes)
    return _("Counts only if %(field)s is: %(choices)s", field=str(field.label), choices=choices)
