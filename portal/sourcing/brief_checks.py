"""What a draft still lacks before it can go to factories, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.core.i18n import N_
from portal.products import category as category_of
from portal.products import rules, values
from portal.products.base import Stage
from portal.products.findings import Context, Finding, Severity


class Step(StrEnum):
    """The pages on which a brief is written, in their order."""

    IDEA = "idea"
    DETAILS = "details"
    ARTWORK = "artwork"
    QUANTITIES = "quantities"
    FACTORIES = "factories"
    CHECK = "check"


TITLES = {
    Step.IDEA: N_("Your idea"),
    Step.DETAILS: N_("Details"),
    Step.ARTWORK: N_("Artwork"),
    Step.QUANTITIES: N_("Quantities"),
    Step.FACTORIES: N_("Choose factories"),
    Step.CHECK: N_("Check"),
}
_OWN_COLUMNS = frozenset({"quantities", "needed_by", "target_unit_cost"})


@dataclass(frozen=True)
class Problem:
    """Something to do on the page `step` before the brief can be sent."""

    step: Step
    message: Any


def findings(brief: Any, today: date, documents: frozenset[str] = frozenset()) -> list[Finding]:
    """What the category's rules say about the draft (entity or row), the most serious first. `documents` are the kinds
    of document uploaded with it."""
    context = Context(tuple(brief.quantities), brief.needed_by, today, documents)
    return rules.check(category_of(brief.category), brief.values, context)


def step_of(finding: Finding) -> Step:
    """The page on which a finding is mended."""
    return Step.QUANTITIES if _OWN_COLUMNS & set(finding.fields) else Step.DETAILS


def problems(brief: Any, today: date, documents: frozenset[str] = frozenset()) -> list[Problem]:
    """Everything that keeps the draft from being sent, in the order of the pages; empty when it is ready."""
    order = list(Step)
    return sorted(_problems(brief, today, documents), key=lambda problem: order.index(problem.step))


def _problems(brief: Any, today: date, documents: frozenset[str]) -> Iterator[Problem]:
    if not brief.title:
        yield Problem(Step.IDEA, N_("Give your idea a name."))
    yield from _spec(brief)
    for finding in findings(brief, today, documents):
        if finding.severity is Severity.BLOCK:
            yield Problem(step_of(finding), finding.message)
    if not brief.quantities:
        yield Problem(Step.QUANTITIES, N_("Say how many pieces you want."))
    if not brief.ship_country:
        yield Problem(Step.QUANTITIES, N_("Choose the country it goes to."))
    if not (brief.portal_chooses or brief.shortlist):
        yield Problem(Step.FACTORIES, N_("Choose at least one factory, or let Xiaodan choose."))


def _spec(brief: Any) -> Iterator[Problem]:
    category = category_of(brief.category)
    parsed = values.parse(category, values.raw_values(category, brief.values), Stage.BRIEF)
    for message in parsed.problems.values():
        yield Problem(Step.DETAILS, message)


def done(brief: Any, today: date, documents: frozenset[str] = frozenset()) -> set[Step]:
    """The pages of a draft on which nothing is missing. Nobody must have artwork: that page is done with the next."""
    missing = {problem.step for problem in problems(brief, today, documents)}
    if Step.QUANTITIES in missing:
        missing.add(Step.ARTWORK)
    return set(Step) - missing - {Step.CHECK}
