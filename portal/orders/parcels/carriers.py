"""Who carries parcels: each carrier's name, where its parcels are followed, and how long it usually takes."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from portal.core.errors import Invalid
from portal.core.i18n import N_

_EXPRESS, _LINE, _FREIGHT = 10, 25, 35  # days from the factory's door to the creator's, abroad
_AT_HOME = 7  # within China, whoever carries it
_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9 ./-]{3,39}")


@dataclass(frozen=True)
class Carrier:
    """One carrier. `page` is the address where a parcel is followed, with `{}` for its number; '' where the carrier has
    no such page. `days`: what it usually takes abroad. `numbered`: no parcel goes without a number."""

    code: str
    name: Any
    page: str
    days: int
    numbered: bool = True


CARRIERS = {
    carrier.code: carrier
    for carrier in (
        Carrier("dhl", "DHL Express", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}", _EXPRESS),
        Carrier("fedex", "FedEx", "https://www.fedex.com/fedextrack/?trknbr={}", _EXPRESS),
        Carrier("ups", "UPS", "https://www.ups.com/track?tracknum={}", _EXPRESS),
        Carrier(
            "sf", "SF Express 顺丰", "https://www.sf-express.com/chn/sc/waybill/waybill-detail/{}", _EXPRESS
        ),
        Carrier("ems", "EMS / China Post 中国邮政", "https://t.17track.net/en#nums={}", _LINE),
        Carrier("yunexpress", "YunExpress 云途", "https://www.yuntrack.com/parcelTracking?id={}", _LINE),
        Carrier("4px", "4PX 递四方", "https://track.4px.com/#/result/0/{}", _LINE),
        Carrier("air", N_("Air freight, by a forwarder"), "", _LINE, numbered=False),
        Carrier("sea", N_("Sea freight, by a forwarder"), "", _FREIGHT, numbered=False),
        Carrier("other", N_("Another carrier"), "", _FREIGHT, numbered=False),
    )
}  # fmt: skip


def name_of(code: str) -> str:
    """What the carrier is called, in the reader's language; the code itself where it is none of ours."""
    return str(CARRIERS[code].name) if code in CARRIERS else code


def tracking_url(code: str, number: str) -> str:
    """Where the parcel can be followed; '' where nowhere."""
    carrier = CARRIERS.get(code)
    return carrier.page.format(quote(number, safe="")) if carrier and carrier.page and number else ""


def transit_days(code: str, country: str) -> int:
    """How many days a parcel to `country` (ISO 3166) usually takes."""
    return _AT_HOME if country == "CN" else CARRIERS[code].days


def checked_number(code: str, typed: str) -> str:
    """The tracking number as carriers write it. Checked loosely, because their formats change: letters, figures and
    hyphens, with a figure among them. Raises `Invalid`."""
    number = " ".join(typed.upper().split())
    if not number and not CARRIERS[code].numbered:
        return ""
    if not _NUMBER.fullmatch(number):
        raise Invalid(
            tracking_number=N_("Write the tracking number as it stands on the label, for example SF1234567890123.")
        )
    return number
