"""What can go wrong with a moulded or assembled part."""

from datetime import date

from portal.core.i18n import N_
from portal.products.base import Values, scalar
from portal.products.categories.moulded_part.making import TOOLS
from portal.products.findings import Context, Finding, Severity
from portal.products.rules import Findings

_MANY_FOR_NO_TOOL = 200  # pieces from which printing or casting each one usually costs more than a soft tool
_FEW_FOR_STEEL = 500


def tool_owner(values: Values, _context: Context) -> Findings:
    if values.get("process") in TOOLS and values.get("tool_owner") == "factory":
        yield Finding(
            "tool_not_yours",
            Severity.WARN,
            ("tool_owner",),
            N_(
                "The factory would own the tool that you pay for, and you could not move it elsewhere. "
                "Agree on it in writing."
            ),
        )


def tool_dates(values: Values, context: Context) -> Findings:
    first, good = (date.fromisoformat(values[name]) if name in values else None for name in ("t0_date", "t1_date"))
    if first and good and good < first:
        yield Finding(
            "t1_before_t0",
            Severity.BLOCK,
            ("t0_date", "t1_date"),
            N_("T1 comes after T0: first the tool works, then the parts are good. Correct the dates."),
        )
    last = good or first
    if last and context.needed_by and last >= context.needed_by:
        yield Finding(
            "tool_after_needed_by",
            Severity.WARN,
            ("t1_date", "t0_date"),
            N_("The tool's dates are later than the day you need the goods."),
        )


def tool_life(values: Values, context: Context) -> Findings:
    life, cavities = values.get("tool_life"), values.get("cavities", 1)
    if life is not None and context.quantities and max(context.quantities) > life * cavities:
        yield Finding(
            "tool_wears_out",
            Severity.WARN,
            ("tool_life", "quantities"),
            N_("The tool makes %(pieces)d pieces in its life, fewer than you want to order.", pieces=life * cavities),
        )


def process(values: Values, context: Context) -> Findings:
    """Whether the way of making suits the number of pieces."""
    most = max(context.quantities, default=0)
    chosen = values.get("process")
    if chosen in ("print_3d", "vacuum_cast") and most > _MANY_FOR_NO_TOOL:
        yield Finding(
            "process_for_fewer",
            Severity.INFO,
            ("process", "quantities"),
            N_("For %(pieces)d pieces a soft tool is usually cheaper than making each one singly.", pieces=most),
        )
    if chosen == "steel_tool" and 0 < most < _FEW_FOR_STEEL:
        yield Finding(
            "process_for_more",
            Severity.INFO,
            ("process", "quantities"),
            N_("For %(pieces)d pieces a steel tool is dear; ask for a soft tool as well.", pieces=most),
        )


def heat(values: Values, _context: Context) -> Findings:
    hottest = (values.get("service_temperature") or {}).get("max")
    soak = values.get("heat_soak_temperature")
    if hottest is not None and soak is not None and soak < hottest:
        yield Finding(
            "soak_below_service",
            Severity.WARN,
            ("heat_soak_temperature", "service_temperature"),
            N_(
                "The oven test at %(soak)s °C is milder than the %(hottest)s °C that it meets in use. Test "
                "at least as hot.",
                soak=scalar(soak),
                hottest=scalar(hottest),
            ),
        )


def ring_takes_cup(values: Values, _context: Context) -> Findings:
    """A holder that is narrower than the largest cup times the cups it holds side by side can't be right."""
    widest = (values.get("cup_diameter") or {}).get("max")
    sides = values.get("size") or {}
    if widest is not None and sides and widest > max(sides.values()):
        yield Finding(
            "cup_larger_than_part",
            Severity.BLOCK,
            ("cup_diameter", "size"),
            N_("The largest cup is wider than the whole part. Correct the diameter or the size."),
        )


RULES = (tool_owner, tool_dates, tool_life, process, heat, ring_takes_cup)
