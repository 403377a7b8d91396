"""What can go wrong with scented packaging."""

from portal.core.i18n import N_
from portal.products.base import Values, scalar
from portal.products.categories.scented_packaging.fields import BOX_TYPES, FILM_TYPES
from portal.products.findings import Context, Finding, Severity
from portal.products.rules import Findings, recycled_without_evidence

_WITH_ALLERGEN_RULES = {"eu", "uk"}


def food(values: Values, context: Context) -> Findings:
    """A scented wrapper that food touches: fragrance goes into food."""
    contact = values.get("food_contact")
    if contact == "direct" and not context.answered_by(values, "food_contact"):
        yield Finding(
            "scent_touches_food",
            Severity.BLOCK,
            ("food_contact", "scent_name"),
            N_(
                "Food would touch scented material and take up fragrance. Choose wrapped food or no food, "
                "or add a food contact document that covers the scented material."
            ),
        )
    elif contact == "indirect":
        yield Finding(
            "scent_near_food",
            Severity.WARN,
            ("food_contact",),
            N_("Even wrapped food can take up the smell. Ask for an odour transfer test."),
        )


def ifra(values: Values, context: Context) -> Findings:
    load, highest = values.get("scent_load_share"), values.get("ifra_highest")
    if load is not None and highest is not None and load > highest:
        yield Finding(
            "scent_over_ifra",
            Severity.BLOCK,
            ("scent_load_share", "ifra_highest"),
            N_(
                "The scent load of %(load)s %% is above the %(highest)s %% that the IFRA certificate "
                "allows. Lower the load.",
                load=scalar(load),
                highest=scalar(highest),
            ),
        )
    if not context.answered_by(values, "ifra"):
        yield Finding(
            "ifra_missing",
            Severity.WARN,
            ("documents", "ifra_amendment"),
            N_("The scent needs an IFRA certificate from its supplier. Ask for it and list it under documents."),
        )


def allergens(values: Values, context: Context) -> Findings:
    sold = set(values.get("markets") or ())
    if sold & _WITH_ALLERGEN_RULES and not values.get("allergens") and not context.answered_by(values, "allergens"):
        yield Finding(
            "allergens_missing",
            Severity.WARN,
            ("allergens",),
            N_("In the EU and the UK you must know the fragrance's allergens. Ask the scent's supplier for the list."),
        )


def children(values: Values, _context: Context) -> Findings:
    if values.get("intended_user") in ("children", "under_3"):
        yield Finding(
            "scent_for_children",
            Severity.WARN,
            ("intended_user", "scent_name"),
            N_(
                "Fragrance is restricted in things for children. Make sure that the packaging is not "
                "itself a plaything."
            ),
        )


def suffocation(values: Values, _context: Context) -> Findings:
    warned = set(values.get("suffocation_warning") or ()) - {"none"}
    if values.get("structure_type") in FILM_TYPES and not warned:
        yield Finding(
            "suffocation_warning_missing",
            Severity.WARN,
            ("suffocation_warning",),
            N_(
                "A plastic bag without a suffocation warning is refused by many shops and warehouses. "
                "Choose its languages."
            ),
        )


def route(values: Values, _context: Context) -> Findings:
    if values.get("scent_route") == "masterbatch" and values.get("structure_type") in BOX_TYPES:
        yield Finding(
            "masterbatch_in_board",
            Severity.BLOCK,
            ("scent_route", "structure_type"),
            N_("Scented masterbatch is mixed into plastic film; board has none. Choose ink, coating or an insert."),
        )


def retention(values: Values, _context: Context) -> Findings:
    if values.get("scent_retention", 0) >= 3 and values.get("sealed_overwrap") is False:
        yield Finding(
            "scent_will_fade",
            Severity.INFO,
            ("sealed_overwrap", "scent_retention"),
            N_("Unsealed stacks lose their scent in storage. A sealed overwrap keeps it for longer."),
        )


RULES = (
    food,
    ifra,
    allergens,
    children,
    suffocation,
    route,
    retention,
    recycled_without_evidence("recycled_share", "recycled_evidence"),
)
