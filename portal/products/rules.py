"""Rules across fields: what fits each field alone and still cannot be right, or is dangerous, or is forgotten.

A rule is a generator over (values, context) that yields a `Finding` for each thing it sees. Those of this module hold
for every category or serve several; a category brings its own in `rules`.
"""

from collections.abc import Iterator
from datetime import date

from stdnum import ean

from portal.core.i18n import N_
from portal.products.base import Values, scalar
from portal.products.declaration import Category
from portal.products.findings import Context, Finding, Severity

Findings = Iterator[Finding]


def check(category: Category, values: Values, context: Context = Context()) -> list[Finding]:  # noqa: B008
    """Everything that the rules have to say about `values`, the most serious first."""
    applying = category.applies(values)
    shown = {name: value for name, value in values.items() if name in applying}
    found = [finding for rule in (*COMMON, *category.rules) for finding in rule(shown, context)]
    found += _prints_fit(category, shown)
    found += _small_batch(category, context)
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def blocking(findings: list[Finding]) -> list[Finding]:
    """Those that keep a spec from being released."""
    return [finding for finding in findings if finding.severity is Severity.BLOCK]


def _prints_fit(category: Category, values: Values) -> Findings:
    for placement in category.placements(values):
        place = {"number": placement.number, "position": placement.title}
        if not placement.fits and placement.face:
            size = {"width": scalar(placement.face[0]), "height": scalar(placement.face[1])}
            yield Finding(
                "print_too_large",
                Severity.BLOCK,
                (f"{placement.path}-width", f"{placement.path}-height"),
                N_(
                    "Print %(number)d (%(position)s) is larger than its face, which is %(width)s × %(height)s mm. "
                    "Make the print smaller or correct the size of the product.",
                    **place,
                    **size,
                ),
            )
        elif not placement.inside:
            yield Finding(
                "print_over_edge",
                Severity.WARN,
                (f"{placement.path}-offset_x", f"{placement.path}-offset_y"),
                N_(
                    "Print %(number)d (%(position)s) runs over the edge of its face. Check the datum and the offset.",
                    **place,
                ),
            )


def _small_batch(category: Category, context: Context) -> Findings:
    fewest, (_shortest, longest) = category.small_batch.fewest, category.small_batch.days
    if context.quantities and min(context.quantities) < fewest:
        yield Finding(
            "below_usual_moq",
            Severity.INFO,
            ("quantities",),
            N_("Few factories make fewer than %(pieces)d pieces of this; expect fewer quotes.", pieces=fewest),
        )
    if not (context.needed_by and context.today):
        return
    left = (context.needed_by - context.today).days
    if left <= 0:
        yield Finding(
            "needed_by_past",
            Severity.BLOCK,
            ("needed_by",),
            N_("The day it is needed by has passed. Choose a later one."),
        )
    elif left < longest:
        yield Finding(
            "needed_by_tight",
            Severity.WARN,
            ("needed_by",),
            N_(
                "Only %(left)d days are left; making it usually takes up to %(longest)d days.",
                left=left,
                longest=longest,
            ),
        )


def carton_weight(values: Values, _context: Context) -> Findings:
    weight, limit = values.get("carton_weight"), values.get("carton_weight_limit")
    if weight is not None and limit is not None and weight > limit:
        yield Finding(
            "carton_too_heavy",
            Severity.BLOCK,
            ("carton_weight", "carton_weight_limit"),
            N_(
                "A full carton of %(weight)s kg is heavier than your upper limit of %(limit)s kg. "
                "Put fewer pieces into a carton or raise the limit.",
                weight=scalar(weight),
                limit=scalar(limit),
            ),
        )


def carton_count(values: Values, _context: Context) -> Findings:
    inner, carton = values.get("pieces_per_inner"), values.get("pieces_per_carton")
    if inner and carton and carton % inner:
        yield Finding(
            "inner_packs_uneven",
            Severity.WARN,
            ("pieces_per_inner", "pieces_per_carton"),
            N_(
                "%(carton)d pieces per carton can't be filled with inner packs of %(inner)d. Use a multiple.",
                carton=carton,
                inner=inner,
            ),
        )


_DIGITS = {"ean13": 13, "ean8": 8, "upca": 12}


def barcode(values: Values, _context: Context) -> Findings:
    """EAN and UPC carry a check digit (GS1); an FNSKU has ten letters and digits."""
    kind, code = values.get("barcode_kind"), values.get("barcode", "")
    digits = code.replace(" ", "")
    wrong = kind in _DIGITS and bool(code) and not (len(digits) == _DIGITS[kind] and ean.is_valid(digits))
    wrong = wrong or (kind == "fnsku" and bool(code) and not (len(code) == 10 and code.isalnum()))
    if wrong:
        yield Finding(
            "barcode_wrong",
            Severity.WARN,
            ("barcode",),
            N_("This number can't be a barcode of the kind chosen: a digit is missing, too many or mistyped."),
        )


def critical_defects(values: Values, _context: Context) -> Findings:
    if values.get("aql_critical", "0") != "0":
        yield Finding(
            "critical_defects_allowed",
            Severity.WARN,
            ("aql_critical",),
            N_("Dangerous pieces would be let through. The usual limit for critical defects is 0."),
        )


def adds_up(table: str, column: str, code: str, message: object) -> object:
    """A rule: where every row of `table` gives its share, the shares of `column` come to 100 %."""

    def rule(values: Values, _context: Context) -> Findings:
        rows = values.get(table) or ()
        shares = [row[column] for row in rows if column in row]
        if shares and len(shares) == len(rows) and abs(sum(shares) - 100) > 0.05:
            yield Finding(code, Severity.WARN, (table,), message)

    return rule


def recycled_without_evidence(field: str, evidence: str) -> object:
    """A rule: a recycled share in `field` needs something in `evidence`, or a document."""

    def rule(values: Values, context: Context) -> Findings:
        if values.get(field) and not values.get(evidence) and not context.answered_by(values, "recycled"):
            yield Finding(
                "recycled_without_evidence",
                Severity.WARN,
                (field, evidence),
                N_("A recycled share may only be claimed with evidence. Ask for the certificate and name it here."),
            )

    return rule


def expired_documents(values: Values, context: Context) -> Findings:
    for number, row in enumerate(values.get("documents") or ()):
        if context.today and "expires" in row and date.fromisoformat(row["expires"]) < context.today:
            yield Finding(
                "document_expired",
                Severity.WARN,
                (f"documents-{number}-expires",),
                N_("Document %(number)d is no longer valid. Ask for a new one.", number=number + 1),
            )


COMMON = (carton_weight, carton_count, barcode, critical_defects, expired_documents)
