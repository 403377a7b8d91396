"""Which countries' factories Stripe can pay, from the portal's own account there."""

from babel import Locale

from portal.core.i18n import current

#: Where the portal's account at Stripe is. From elsewhere cross-border payouts reach other countries.
HOME = "US"
#: https://docs.stripe.com/connect/cross-border-payouts: mainland China is not among them.
_REACHED = """
    AE AG AL AM AO AR AT AU AZ BA BD BE BG BH BJ BN BO BS BT BW CA CH CI CL CO CR CY CZ DE DK DO DZ EC EE EG ES ET FI
    FR GA GB GH GI GM GR GT GY HK HR HU ID IE IL IN IS IT JM JO JP KE KH KR KW KZ LA LC LI LK LT LU LV MA MC MD MG MK
    MN MO MT MU MX MY MZ NA NE NG NL NO NZ OM PA PE PH PK PL PT PY QA RO RS RW SA SE SG SI SK SM SN SV TH TN TR TT TW
    TZ US UY UZ VN ZA
"""
REACHED = frozenset(_REACHED.split())
CHINA = "CN"
#: Those that we can pay only through our bank.
_BY_BANK = frozenset({CHINA, "BR", "UA"})
#: Where most factories are comes first in the list.
_FIRST = (CHINA, "HK", "TW", "MO")


def by_stripe(country: str) -> bool:
    """Whether a factory whose bank is in the country is paid through Stripe; through our bank otherwise."""
    return country in REACHED


def agreement(country: str) -> str:
    """Stripe's terms under which an account there only receives."""
    return "full" if country == HOME else "recipient"


def choices() -> list[tuple[str, str]]:
    """(code, name) of every country whose factories can be paid, in the current language."""
    named = Locale.parse(current()).territories
    others = sorted((REACHED | _BY_BANK) - set(_FIRST), key=lambda code: named[code])
    return [(code, named[code]) for code in (*_FIRST, *others)]
