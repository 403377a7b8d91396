"""Inspection sampling plans of ISO 2859-1, single sampling, normal inspection, for the lot at hand.

The master table is regular: along the code letters, each AQL has one plan that accepts 0, then an arrow up, an
arrow down, then plans that accept 1, 2, 3, 5, 7, 10, 14, 21. An arrow means: use the next plan in its direction.
Checked row by row against the standard's tables 1 and 2-A in the tests.
"""

from dataclasses import dataclass

_LETTERS = "ABCDEFGHJKLMNPQR"
_SAMPLES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
_ACCEPT = (1, 2, 3, 5, 7, 10, 14, 21)
#: code letters of lots up to these sizes (table 1)
_LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
_LEVELS = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
#: the letter whose plan accepts none, by AQL
_ZERO = {0.1: "K", 0.15: "J", 0.25: "H", 0.4: "G", 0.65: "F", 1.0: "E", 1.5: "D", 2.5: "C", 4.0: "B", 6.5: "A"}
AQLS = tuple(sorted(_ZERO))


@dataclass(frozen=True)
class Plan:
    """Check `sample` pieces; the lot passes with at most `accept` defects of the class. `whole_lot`: all pieces."""

    lot: int
    sample: int
    accept: int
    whole_lot: bool


def plan(lot: int, aql: float, level: str = "II") -> Plan:
    """The plan for a lot of `lot` pieces. AQL 0 (critical defects) takes the smallest sample of the lot's letter
    and accepts none. Raises `ValueError` for an AQL or a level that the table does not have."""
    if lot < 1:
        raise ValueError("an empty lot can't be inspected")
    letter = _letter(lot, level)
    if aql == 0:
        sample, accept = _SAMPLES[letter], 0
    else:
        index, accept = _row(letter, aql)
        sample = _SAMPLES[index]
    if sample >= lot:
        return Plan(lot, lot, accept if accept else 0, True)
    return Plan(lot, sample, accept, False)


def _letter(lot: int, level: str) -> int:
    if level not in _LEVELS:
        raise ValueError(f"no inspection level {level!r}")
    column = next((i for i, most in enumerate(_LOTS) if lot <= most), len(_LOTS))
    return _LETTERS.index(_LEVELS[level][column])


def _row(letter: int, aql: float) -> tuple[int, int]:
    """(index of the sample size, accepted defects) after following the table's arrows."""
    if aql not in _ZERO:
        raise ValueError(f"the table has no AQL {aql}")
    zero = _LETTERS.index(_ZERO[aql])
    step = letter - zero
    if step <= 1:  # below: an arrow down to the plan that accepts none; just above: an arrow up to it
        return zero, 0
    step = max(step, 3)  # an arrow down to the first plan that accepts one
    if zero + step >= len(_LETTERS):
        return zero, 0
    step = min(step, 2 + len(_ACCEPT), len(_LETTERS) - 1 - zero)
    return zero + step, _ACCEPT[step - 3]
