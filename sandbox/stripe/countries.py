"""Where money can be sent from an account in the United States."""

# https://docs.stripe.com/connect/cross-border-payouts
_REACHED = """
    AE AG AL AM AO AR AT AU AZ BA BD BE BG BH BJ BN BO BS BT BW CA CH CI CL CO CR CY CZ DE DK DO DZ EC EE EG ES ET FI
    FR GA GB GH GI GM GR GT GY HK HR HU ID IE IL IN IS IT JM JO JP KE KH KR KW KZ LA LC LI LK LT LU LV MA MC MD MG MK
    MN MO MT MU MX MY MZ NA NE NG NL NO NZ OM PA PE PH PK PL PT PY QA RO RS RW SA SE SG SI SK SM SN SV TH TN TR TT TW
    TZ US UY UZ VN ZA
"""
REACHED = frozenset(_REACHED.split())
HOME = "US"

_EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_CURRENCIES = {
    "AU": "aud",
    "CA": "cad",
    "CH": "chf",
    "GB": "gbp",
    "HK": "hkd",
    "ID": "idr",
    "IN": "inr",
    "JP": "jpy",
    "KR": "krw",
    "MX": "mxn",
    "MY": "myr",
    "NZ": "nzd",
    "PH": "php",
    "SE": "sek",
    "SG": "sgd",
    "TH": "thb",
    "TW": "twd",
    "US": "usd",
    "VN": "vnd",
} | dict.fromkeys(_EURO.split(), "eur")


def currency_of(country: str) -> str:
    """In which currency banks there are paid by default."""
    return _CURRENCIES.get(country, "usd")
