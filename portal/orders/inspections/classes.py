"""The classes of defects, and what each allows in the lot at hand by the limits that the order's spec sets."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from portal.core.i18n import N_, _
from portal.orders.inspections.plan import AQLS, plan


@dataclass(frozen=True)
class DefectClass:
    """One class: `field` is the spec's field with its AQL, `usual` holds where that says nothing."""

    code: str
    title: Any
    pieces: Any  # what a count of pieces with such a defect is called
    field: str
    usual: float


CLASSES = (
    DefectClass(
        "critical",
        N_("Critical: dangerous or against the law"),
        N_("Pieces with a critical defect"),
        "aql_critical",
        0,
    ),
    DefectClass(
        "major",
        N_("Major: a customer would send it back"),
        N_("Pieces with a major defect"),
        "aql_major",
        2.5,
    ),
    DefectClass("minor", N_("Minor: a blemish"), N_("Pieces with a minor defect"), "aql_minor", 4.0),
)
LEVEL = "II"


@dataclass(frozen=True)
class Allowed:
    """Of one class: check `sample` pieces of the lot, at most `accept` of them may have such a defect."""

    aql: float
    sample: int
    accept: int
    whole_lot: bool

    @property
    def words(self) -> str:
        """'Check 32 pieces: at most 2 may have such a defect.' In the current language."""
        if self.whole_lot and not self.accept:
            return _("Check every piece: none may have such a defect.")
        if not self.accept:
            return _("Check %(sample)d pieces: none may have such a defect.", sample=self.sample)
        return _(
            "Check %(sample)d pieces: at most %(accept)d may have such a defect.",
            sample=self.sample,
            accept=self.accept,
        )

    @property
    def kept(self) -> dict[str, Any]:
        """As JSON, for the inspection that it was applied to."""
        return asdict(self)


def read(kept: Mapping[str, Any]) -> Allowed:
    """What `Allowed.kept` has written."""
    return Allowed(float(kept["aql"]), kept["sample"], kept["accept"], kept.get("whole_lot", False))


def level_of(values: Mapping[str, Any], assumptions: Mapping[str, str]) -> str:
    """The inspection level that a spec asks for."""
    return str(values.get("inspection_level") or assumptions.get("inspection_level") or LEVEL)


def allowed(lot: int, values: Mapping[str, Any], assumptions: Mapping[str, str]) -> dict[str, Allowed]:
    """code of a class -> what it allows in a lot of `lot` pieces, by a spec's values and, where they say nothing, by
    what the factory assumed."""
    level = level_of(values, assumptions)
    return {one.code: _allowed(one, lot, level, values, assumptions) for one in CLASSES}


def _allowed(
    one: DefectClass, lot: int, level: str, values: Mapping[str, Any], assumptions: Mapping[str, str]
) -> Allowed:
    said = values.get(one.field) or assumptions.get(one.field)
    aql = float(said) if said in _STATED else one.usual
    found = plan(lot, aql, level)
    return Allowed(aql, found.sample, found.accept, found.whole_lot)


#: How a spec writes the limits that the table has.
_STATED = {"0", *map(str, AQLS)}
