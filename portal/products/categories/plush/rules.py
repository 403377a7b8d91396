"""What can go wrong with a plush toy: above all, what can hurt a child."""

from portal.core.i18n import N_
from portal.products.base import Values
from portal.products.findings import Context, Finding, Severity
from portal.products.rules import Findings

_UNDER_THREE = {"0_18m", "18_36m"}
_FRAGRANCE_PAPERS = ("ifra", "allergens", "en71")


def scented_toy(values: Values, context: Context) -> Findings:
    """EU and IFRA rules restrict fragrance in toys: nothing is released before a document answers it."""
    if not values.get("scented"):
        return
    if not context.answered_by(values, *_FRAGRANCE_PAPERS):
        yield Finding(
            "scented_toy",
            Severity.BLOCK,
            ("scented", "documents"),
            N_(
                "A scented toy: EU and IFRA rules restrict fragrance in toys, so this can't be released "
                "yet. Add the scent's IFRA "
                "certificate, its allergen declaration or an EN 71 report that covers the fragrance, or "
                "leave out the scent."
            ),
        )
    elif not all(context.answered_by(values, kind) for kind in ("ifra", "allergens")):
        yield Finding(
            "scented_toy_papers",
            Severity.WARN,
            ("scented", "documents"),
            N_("For a scented toy have both papers: the scent's IFRA certificate and its allergen declaration."),
        )


def small_parts(values: Values, _context: Context) -> Findings:
    methods = {row.get("method") for row in values.get("face") or ()} | {values.get("eyes")}
    if values.get("age_grade") in _UNDER_THREE and "safety_eyes" in methods:
        yield Finding(
            "hard_parts_under_three",
            Severity.BLOCK if values.get("age_grade") == "0_18m" else Severity.WARN,
            ("eyes", "age_grade"),
            N_("Safety-lock eyes can come off and choke a small child. For under three choose embroidered eyes."),
        )
    if values.get("age_grade") in _UNDER_THREE and values.get("pellets"):
        yield Finding(
            "pellets_under_three",
            Severity.WARN,
            ("pellets", "age_grade"),
            N_("Pellets are small parts. For under three leave them out, or have the inner bag sewn twice and tested."),
        )


def age(values: Values, _context: Context) -> Findings:
    user, grade = values.get("intended_user"), values.get("age_grade")
    too_old = (user == "under_3" and grade not in (None, *_UNDER_THREE)) or (user == "children" and grade == "14_plus")
    if too_old:
        yield Finding(
            "age_grade_above_user",
            Severity.BLOCK,
            ("age_grade", "intended_user"),
            N_(
                "The age grade is older than the children it is meant for. A toy must be tested for those "
                "who will play with it."
            ),
        )
    youngest = (values.get("user_age") or {}).get("min")
    if youngest is not None and youngest < _YOUNGEST.get(grade, 0):
        yield Finding(
            "age_grade_above_age",
            Severity.WARN,
            ("age_grade", "user_age"),
            N_("The age grade does not cover the youngest user that you give."),
        )


_YOUNGEST = {"18_36m": 1.5, "3_plus": 3, "14_plus": 14}

#: What the market asks a toy to be tested for.
_TESTS_BY_MARKET = (
    ({"eu", "uk"}, {"en71_1", "en71_2", "en71_3"}, "EN 71-1, -2, -3"),
    ({"us"}, {"astm_f963", "cpsia_lead", "cpsia_phthalates", "cpc"}, "ASTM F963, CPSIA, CPC"),
    ({"cn"}, {"gb_6675_1", "gb_6675_2", "gb_6675_3", "gb_6675_4"}, "GB 6675.1–.4"),
)


def tests_for_markets(values: Values, _context: Context) -> Findings:
    """Collectors' pieces from 14 are not toys; all others need the tests of each market."""
    if values.get("age_grade") in (None, "14_plus"):
        return
    sold, chosen = set(values.get("markets") or ()), set(values.get("safety_tests") or ())
    for markets, tests, names in _TESTS_BY_MARKET:
        if sold & markets and not tests <= chosen:
            yield Finding(
                "tests_missing",
                Severity.WARN,
                ("safety_tests", "markets"),
                N_("A toy for your markets needs these tests: %(tests)s. Tick all of them.", tests=names),
            )


def fill_weight(values: Values, _context: Context) -> Findings:
    fill = sum(row.get("grams", 0) for row in values.get("fills") or ()) + values.get("pellets", 0)
    weight = values.get("weight")
    if weight is not None and fill > weight + values.get("weight_tolerance", 0):
        yield Finding(
            "fill_heavier_than_toy",
            Severity.WARN,
            ("fills", "weight"),
            N_("The fill alone (%(fill)d g) weighs more than the whole piece. Correct one of them.", fill=round(fill)),
        )


def marks(values: Values, context: Context) -> Findings:
    if "ce" in (values.get("label_marks") or ()) and not (
        values.get("test_report") or context.answered_by(values, "en71")
    ):
        yield Finding(
            "mark_without_test",
            Severity.WARN,
            ("label_marks", "test_report"),
            N_("A conformity mark may only stand on a toy that has been tested. Give the test report's number."),
        )


RULES = (scented_toy, small_parts, age, tests_for_markets, fill_weight, marks)
