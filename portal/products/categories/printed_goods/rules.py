"""What can go wrong with printed logo goods."""

from portal.core.i18n import N_
from portal.products.base import Values
from portal.products.declaration import ELSEWHERE, ON_CLOTH
from portal.products.findings import Context, Finding, Severity
from portal.products.rules import Findings, adds_up

_TEXTILES = {"tote_bag", "t_shirt", "hoodie", "cap", "apron", "socks", "towel", "pouch", "patch", "umbrella"}
_POLYESTER = {"polyester", "recycled_polyester"}
_CELLULOSE = {"cotton", "canvas", "organic_cotton", "linen", "jute"}
_METHODS_WITHOUT_PIXELS = {"embroidery", "laser"}


def least_dpi(values: Values) -> int:
    """The resolution that a picture needs at print size."""
    return ON_CLOTH if values.get("item") in _TEXTILES else ELSEWHERE


def resolution(values: Values, _context: Context) -> Findings:
    """Sharp enough for the item; vector artwork has no pixels."""
    dpi = values.get("resolution")
    methods = {row.get("method") for row in values.get("locations") or ()}
    least = least_dpi(values)
    if dpi is None or values.get("vector") or dpi >= least or (methods and methods <= _METHODS_WITHOUT_PIXELS):
        return
    yield Finding(
        "resolution_low",
        Severity.WARN,
        ("resolution",),
        N_(
            "%(dpi)d dpi will look blurred: at print size this needs %(least)d dpi or more. "
            "Send a larger picture, vector artwork, or print it smaller.",
            dpi=dpi,
            least=least,
        ),
    )


def fonts(values: Values, _context: Context) -> Findings:
    if values.get("vector") and values.get("fonts_outlined") is False:
        yield Finding(
            "fonts_not_outlined",
            Severity.WARN,
            ("fonts_outlined",),
            N_("The factory may not have your fonts, and letters would change. Turn all text into outlines."),
        )


def sublimation(values: Values, _context: Context) -> Findings:
    materials = {row.get("material") for row in values.get("composition") or ()}
    methods = {row.get("method") for row in values.get("locations") or ()}
    if "sublimation" in methods and materials & _CELLULOSE and not materials & _POLYESTER:
        yield Finding(
            "sublimation_needs_polyester",
            Severity.WARN,
            ("composition", "locations"),
            N_("Sublimation only holds on polyester or a coated surface. Choose another method or another cloth."),
        )


def sizes(values: Values, context: Context) -> Findings:
    pieces = sum(row.get("pieces", 0) for row in values.get("size_breakdown") or ())
    if pieces and context.quantities and pieces not in context.quantities:
        yield Finding(
            "sizes_do_not_add_up",
            Severity.WARN,
            ("size_breakdown",),
            N_("The sizes come to %(pieces)d pieces, which is none of your quantities.", pieces=pieces),
        )


def stitch_file(values: Values, _context: Context) -> Findings:
    methods = {row.get("method") for row in values.get("locations") or ()}
    if "embroidery" in methods and not values.get("dst_file"):
        yield Finding(
            "stitch_file_missing",
            Severity.INFO,
            ("dst_file",),
            N_("Without a stitch file (DST) the factory makes one, which usually costs a small fee once."),
        )


RULES = (
    resolution,
    fonts,
    sublimation,
    sizes,
    stitch_file,
    adds_up(
        "composition",
        "share",
        "material_shares",
        N_("The shares of the materials do not come to 100 %. Correct them so that the label is right."),
    ),
)
