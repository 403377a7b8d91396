"""What a factory assumes for the spec fields that a brief leaves blank.

A field of one choice, number, day or yes/no is answered in its own terms, so that each side reads the answer in its
own language; any other field is answered in the factory's own words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal import products
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.products.base import Field, Option, Reading, Stage, scalar
from portal.products.fields import Choice, Day, MultiChoice, Number
from portal.products.reading import clean_text

LONGEST = 300  # characters of an assumption in words


def structured(field: Field) -> bool:
    """Whether the field is answered in its own terms."""
    return isinstance(field, Choice | Number | Day) and not isinstance(field, MultiChoice)


@dataclass(frozen=True)
class Blank:
    """A field that the brief leaves open; `suggestion` is what the trade usually takes, as a form would send it."""

    field: Field
    suggestion: str

    @property
    def path(self) -> str:
        return self.field.name

    @property
    def options(self) -> tuple[Option, ...]:
        """What to choose from; empty where the answer is typed."""
        return self.field.options if structured(self.field) and isinstance(self.field, Choice) else ()

    @property
    def numeric(self) -> bool:
        return isinstance(self.field, Number)


def blanks(category: str, values: Mapping[str, Any]) -> list[Blank]:
    """The fields of a brief that a quote on it must state an assumption for, in the order of the spec."""
    return [Blank(field, suggestion(field)) for field in products.category(category).blank(values, Stage.FREEZE)]


def suggestion(field: Field) -> str:
    """What the trade usually takes for a field, as raw input or in the current language's words; '' where it varies."""
    if field.usual is None:
        return ""
    if structured(field):
        return scalar(field.usual) or ""
    value = field.read(field.usual, field.name, Reading())
    return "" if value is None else f"{field.text(value)} {field.unit_text}".strip()


def read(field: Field, raw: str) -> str:
    """The assumption to keep for what a factory typed. Raises `Invalid` with words for beside the field."""
    missing = N_("State what you assume here: the brief leaves it open.")
    if not raw.strip():
        raise Invalid(missing)
    if not structured(field):
        return clean_text(raw, lines=True)[:LONGEST]
    reading = Reading()
    value = field.read(raw, field.name, reading)
    if value is None:
        raise Invalid(
            next(iter(reading.problems.values()), N_("State what you assume here: the brief leaves it open."))
        )
    return str(field.write(value))


def words(field: Field, kept: str) -> str:
    """A kept assumption for people, in the current language, with its unit."""
    if not structured(field):
        return kept
    value = field.read(kept, field.name, Reading())
    return kept if value is None else f"{field.text(value)} {field.unit_text}".strip()


def explain(category: str, path: str, kept: str) -> tuple[str, str]:
    """(label, words) of one assumption in the current language; a field that no longer exists keeps its name."""
    try:
        field = products.category(category).field(path)
    except KeyError:
        return path, kept
    return str(field.label), words(field, kept) if kept else ""


def in_words(category: str, assumptions: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, words) of every assumption of a quote, in the current language and the order of the spec."""
    order = {field.name: place for place, field in enumerate(products.category(category).fields())}
    paths = sorted(assumptions, key=lambda path: order.get(path, len(order)))
    return [explain(category, path, assumptions[path]) for path in paths]


def differing(several: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, list[str]]]:
    """The fields that some of several quotes answer differently, from the `in_words` of each: (label, every quote's
    words, or a dash)."""
    told = [dict(one) for one in several]
    labels = dict.fromkeys(label for words in told for label in words)
    rows = [(label, [words.get(label, "–") for words in told]) for label in labels]
    return [(label, texts) for label, texts in rows if len(set(texts)) > 1]
