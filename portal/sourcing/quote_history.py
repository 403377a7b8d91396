"""Every revision of a quote in words: its terms, what it assumes, what changed against the one before."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from portal.sourcing import assumptions
from portal.sourcing.landed import Costs, costs
from portal.sourcing.quote_terms import change_in_words, rows


@dataclass(frozen=True)
class Revision:
    """One revision in the reader's language. `terms`, `assumptions` and `changes` are (label, words)."""

    quote: Any
    lines: Sequence[Any]
    costs: list[Costs]
    terms: list[tuple[str, str]]
    assumptions: list[tuple[str, str]]
    changes: list[tuple[str, str]]


def in_words(revisions: Iterable[tuple[Any, Sequence[Any]]], category: str) -> list[Revision]:
    """`inbox_queries.revisions()` for people, in the same order."""
    explain = partial(assumptions.explain, category)
    return [
        Revision(
            quote=quote,
            lines=lines,
            costs=[costs(quote, line) for line in lines],
            terms=rows(quote, skip=("note", "valid_until")),
            assumptions=assumptions.in_words(category, quote.assumptions),
            changes=_changes(quote, explain),
        )
        for quote, lines in revisions
    ]


def _changes(quote: Any, explain: Callable[[str, Any], tuple[str, str]]) -> list[tuple[str, str]]:
    """ "$5.60 → $5.40"; what reads the same before and after (a later hour of the same day) is left out."""
    told = [change_in_words(change, quote.currency, explain) for change in quote.changes]
    return [(label, f"{was} → {now}") for label, was, now in told if was != now]
