"""The spec fields of a scent and of the papers that go with it; a scented toy needs the same papers."""

from stdnum import casrn

from portal.core.i18n import N_
from portal.products.base import Dimension, Stage, options, when
from portal.products.declaration import Section
from portal.products.fields import Boolean, Choice, Number, Text, percent
from portal.products.groups import Table, span

SCENT = Section(
    "scent",
    N_("Scent"),
    (
        Text(
            "scent_name",
            N_("Scent"),
            N_("What it smells of, for example white tea and fig."),
            longest=120,
            needed=Stage.BRIEF,
        ),
        Text(
            "scent_supplier",
            N_("Scent supplier"),
            N_("Who makes the fragrance, if you know, for example the perfume house."),
            longest=120,
        ),
        Text(
            "scent_code", N_("Scent code"), N_("The maker's number of the fragrance, for example FR-20817."), longest=60
        ),
        Choice(
            "scent_route",
            N_("How the scent gets in"),
            N_("Mixed into the film it lasts longest; ink smells when rubbed, for example on the inside of a lid."),
            options=options(
                ("masterbatch", N_("Scented masterbatch in the film")),
                ("microcapsule_ink", N_("Microcapsule ink")),
                ("coating", N_("Scented coating")),
                ("insert", N_("Scented insert")),
            ),
            filters=Dimension.PROCESS,
            needed=Stage.QUOTE,
        ),
        Number(
            "scent_load_share",
            N_("Scent load by weight"),
            N_("Fragrance in the film, by weight, for example 0.8 % w/w."),
            unit="% w/w",
            low=0,
            high=30,
            decimals=2,
            show_if=when("scent_route", "masterbatch", "insert"),
        ),
        Number(
            "scent_load_area",
            N_("Scent load by area"),
            N_("Fragrance on the surface, for example 1.5 g/m²."),
            unit="g/m2",
            low=0,
            high=200,
            decimals=2,
            show_if=when("scent_route", "microcapsule_ink", "coating"),
        ),
        percent(
            "let_down",
            N_("Let-down ratio"),
            N_("How much masterbatch is mixed into the plain plastic, for example 3 %."),
            high=50,
            show_if=when("scent_route", "masterbatch"),
        ),
        Choice(
            "scent_intensity",
            N_("Scent intensity"),
            N_("How strong it smells when new: 1 is a hint, 5 fills the room, for example 3."),
            options=options(*((str(n), str(n)) for n in range(1, 6))),
            unit="1-5",
            needed=Stage.QUOTE,
            usual="3",
        ),
        Number(
            "scent_retention",
            N_("Scent retention wanted"),
            N_("How long it should still be noticed, for example 6 months."),
            unit="months",
            low=1,
            high=60,
            needed=Stage.FREEZE,
            usual="3",
        ),
        span(
            "storage_temperature",
            N_("Storage temperature"),
            N_("What the store room may be, because warmth drives the scent out, for example 5 to 25 °C."),
            unit="C",
            low=-30,
            high=60,
        ),
        Boolean(
            "sealed_overwrap",
            N_("Sealed overwrap"),
            N_("Whether stacks are sealed airtight until you use them, for example 100 pieces per sealed bag."),
        ),
    ),
)


def cas_number(code: str) -> bool:
    """Whether `code` is a CAS registry number: groups of 2-7, 2 and 1 digits, the last one a check digit."""
    return "-" in code and casrn.is_valid(code)


PAPERS = Section(
    "scent_papers",
    N_("Papers of the scent"),
    (
        Text(
            "ifra_amendment",
            N_("IFRA certificate, amendment"),
            N_("The edition of the IFRA standards that the certificate names, for example as on its first page."),
            longest=20,
        ),
        Text(
            "ifra_category",
            N_("IFRA certificate, category"),
            N_("The product category that the certificate allows, for example as on its first page."),
            longest=20,
        ),
        Number(
            "ifra_highest",
            N_("IFRA certificate, highest share"),
            N_("The most of this fragrance that the certificate allows in that category, for example 2.5 %."),
            unit="%",
            low=0,
            high=100,
            decimals=3,
        ),
        Text(
            "sds",
            N_("Safety data sheet (SDS)"),
            N_("Its number or date; the supplier of the scent has it, for example SDS FR-20817 of May 2026."),
            longest=120,
        ),
        Table(
            "allergens",
            N_("Allergens"),
            N_("Each allergen of the fragrance, as the supplier's declaration lists it, for example linalool."),
            row_label=N_("Allergen"),
            rows=100,
            parts=(
                Text("substance", N_("Substance"), N_("For example Linalool."), longest=120, needed=Stage.BRIEF),
                Text(
                    "cas",
                    N_("CAS number"),
                    N_("Its number in the chemical register, for example 78-70-6."),
                    longest=12,
                    fits=cas_number,
                    expected=N_("this is not a CAS number; one looks like 78-70-6."),
                ),
                Number(
                    "content",
                    N_("Content in product"),
                    N_("How much of it is in the finished product, for example 120 mg/kg."),
                    unit="mg/kg",
                    low=0,
                    high=1_000_000,
                    decimals=3,
                ),
            ),
        ),
        Choice(
            "food_contact",
            N_("Food contact"),
            N_("Whether food touches it, for example biscuits straight in the bag do, and wrapped ones do not."),
            options=options(
                ("none", N_("No food")), ("indirect", N_("Wrapped food")), ("direct", N_("Food touches it directly"))
            ),
            needed=Stage.QUOTE,
            usual="none",
        ),
    ),
)
