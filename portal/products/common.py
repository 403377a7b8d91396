"""What every spec says, whatever the product: identity, markets, inspection, packing, papers and terms."""

from portal.core.i18n import N_
from portal.products.base import Dimension, Option, Stage, options
from portal.products.declaration import Section
from portal.products.fields import Choice, LongText, MultiChoice, Text
from portal.products.groups import span
from portal.products.packing import PACKING
from portal.products.papers import papers

MARKETS = options(
    ("eu", N_("European Union")),
    ("uk", N_("United Kingdom")),
    ("us", N_("United States")),
    ("ca", N_("Canada")),
    ("au_nz", N_("Australia and New Zealand")),
    ("jp", N_("Japan")),
    ("kr", N_("South Korea")),
    ("cn", N_("Mainland China")),
    ("hk_mo", N_("Hong Kong and Macao")),
    ("tw", N_("Taiwan")),
    ("sea", N_("South-East Asia")),
    ("gulf", N_("Gulf states")),
    ("latam", N_("Latin America")),
    ("any", N_("Elsewhere")),
)

USERS = options(
    ("adults", N_("Adults")),
    ("general", N_("Anyone, not made for children")),
    ("children", N_("Children from 3 to 14")),
    ("under_3", N_("Children under 3")),
    ("pets", N_("Pets")),
)

PRODUCT = Section(
    "product",
    N_("Product"),
    (
        Text(
            "product_name",
            N_("Product name (English)"),
            N_("What you call it, for example Stinky tofu plush; the Chinese name alone is enough too."),
            needed=Stage.BRIEF,
            or_else=("product_name_zh",),
        ),
        Text(
            "product_name_zh",
            N_("Product name (Chinese)"),
            N_("For the factory's papers, for example 臭豆腐毛绒玩具; leave it blank and the factory will name it."),
        ),
        LongText(
            "description",
            N_("What it is and what matters most"),
            N_("Tell it as to a friend, for example: a tote for our bookshop's birthday, the red must match our logo."),
        ),
        MultiChoice(
            "markets",
            N_("Markets sold in"),
            N_("Where you will sell it, because each market has its own tests and labels, for example EU and UK."),
            options=MARKETS,
            filters=Dimension.MARKET,
            needed=Stage.BRIEF,
        ),
        Choice(
            "intended_user",
            N_("Intended user"),
            N_("Who will hold it in their hands, because things for children need more tests, for example Adults."),
            options=USERS,
            needed=Stage.QUOTE,
            usual="general",
        ),
        span(
            "user_age",
            N_("User's age"),
            N_("The youngest and the oldest it is meant for, for example from 14."),
            unit="years",
            low=0,
            high=120,
            decimals=1,
        ),
    ),
)

AQL_LEVELS = options(*((level, level) for level in ("0", "0.65", "1.0", "1.5", "2.5", "4.0", "6.5")))
INSPECTION_LEVELS = options(
    *((level, level) for level in ("I", "II", "III", "S-1", "S-2", "S-3", "S-4")),
)

INSPECTION = Section(
    "inspection",
    N_("Inspection"),
    (
        Choice(
            "aql_critical",
            N_("AQL, critical defects"),
            N_(
                "How many dangerous pieces the checked sample may hold: 0 means not a single one, for "
                "example no needle."
            ),
            options=AQL_LEVELS,
            needed=Stage.FREEZE,
            usual="0",
        ),
        Choice(
            "aql_major",
            N_("AQL, major defects"),
            N_("For faults a customer would send back, for example a crooked print; 2.5 is usual."),
            options=AQL_LEVELS,
            needed=Stage.FREEZE,
            usual="2.5",
        ),
        Choice(
            "aql_minor",
            N_("AQL, minor defects"),
            N_("For small blemishes, for example a loose thread; 4.0 is usual."),
            options=AQL_LEVELS,
            needed=Stage.FREEZE,
            usual="4.0",
        ),
        Choice(
            "inspection_level",
            N_("Inspection level"),
            N_(
                "How many pieces are checked: II is usual, III checks more, S-1 to S-4 are for costly "
                "tests, for example II."
            ),
            options=INSPECTION_LEVELS,
            needed=Stage.FREEZE,
            usual="II",
        ),
    ),
)

#: What a new brief starts with in every category.
DEFAULTS = {"aql_critical": "0", "aql_major": "2.5", "aql_minor": "4.0", "inspection_level": "II"}


def around(*own: Section, certificates: tuple[Option, ...] = ()) -> tuple[Section, ...]:
    """A category's own sections with those of every spec before and behind them."""
    return (PRODUCT, *own, papers(*certificates), INSPECTION, PACKING)
