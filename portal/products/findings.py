"""What a rule has to say about a spec: how serious it is, where, and in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.products.base import Value, Words


class Severity(StrEnum):
    """`BLOCK` keeps the spec from being released until it is answered; `WARN` and `INFO` do not."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, eq=False)
class Finding:
    """One remark: a stable `code`, the fields concerned as paths, and words that say what to do."""

    code: str
    severity: Severity
    fields: tuple[str, ...]
    message: Words


@dataclass(frozen=True)
class Context:
    """What a rule may know beyond the spec itself. Everything left out is simply not checked.

    `quantities` in pcs; `documents` are the kinds of document (codes of `common.DOCUMENT_KINDS`) that have been
    uploaded, besides those listed in the spec.
    """

    quantities: tuple[int, ...] = ()
    needed_by: date | None = None
    today: date | None = None
    documents: frozenset[str] = field(default_factory=frozenset)

    def answered_by(self, values: Mapping[str, Value], *kinds: str) -> bool:
        """Whether a document of one of the kinds is uploaded, or listed in the spec with its reference."""
        listed = {row.get("kind") for row in values.get("documents") or () if row.get("reference")}
        return not (listed | self.documents).isdisjoint(kinds)
