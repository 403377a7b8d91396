"""What people choose their time zone from."""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from portal.core import clock
from portal.core.i18n import current

#: One city for each clock that people set; who lives elsewhere chooses the nearest.
_NAMES = """
Pacific/Honolulu America/Anchorage America/Los_Angeles America/Phoenix America/Denver America/Mexico_City
America/Chicago America/Bogota America/Lima America/New_York America/Toronto America/Caracas America/Halifax
America/Santiago America/St_Johns America/Sao_Paulo America/Argentina/Buenos_Aires Atlantic/Azores UTC Europe/London
Europe/Dublin Europe/Lisbon Africa/Casablanca Africa/Lagos Europe/Paris Europe/Berlin Europe/Madrid Europe/Rome
Europe/Amsterdam Europe/Stockholm Europe/Warsaw Europe/Zurich Europe/Athens Europe/Helsinki Europe/Kyiv Africa/Cairo
Africa/Johannesburg Asia/Jerusalem Europe/Istanbul Asia/Riyadh Africa/Nairobi Asia/Tehran Asia/Dubai Asia/Karachi
Asia/Kolkata Asia/Kathmandu Asia/Dhaka Asia/Yangon Asia/Bangkok Asia/Ho_Chi_Minh Asia/Jakarta Asia/Shanghai
Asia/Hong_Kong Asia/Taipei Asia/Singapore Asia/Kuala_Lumpur Asia/Manila Australia/Perth Asia/Tokyo Asia/Seoul
Australia/Adelaide Australia/Brisbane Australia/Sydney Pacific/Auckland
"""
CITIES = tuple(_NAMES.split())

#: Unicode's older names, under which its translations stand.
_OLDER = {
    "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Europe/Kyiv": "Europe/Kiev",
}


ZONES = frozenset(available_timezones())


def choices(kept: str = "UTC") -> list[tuple[str, str]]:
    """(zone, 'UTC+08:00 Shanghai') from west to east, in the reader's language; `kept` is among them in any case."""
    usual = _choices(current(), f"{clock.now():%Y%m%d%H}")
    return usual if kept in CITIES else [(kept, kept), *usual]


def guess(told: str, locale: str) -> str:
    """A newcomer's zone: what their browser told, if that is one; else the one where most speak their language."""
    if told in ZONES:
        return told
    return "Asia/Shanghai" if locale.startswith("zh") else "UTC"


@lru_cache(32)
def _choices(locale: str, hour: str) -> list[tuple[str, str]]:
    present = clock.now()

    def offset(zone: str) -> int:
        ahead = present.astimezone(ZoneInfo(zone)).utcoffset()
        return int(ahead.total_seconds() // 60) if ahead else 0

    def label(zone: str) -> str:
        ahead = offset(zone)
        stands = f"UTC{'-' if ahead < 0 else '+'}{abs(ahead) // 60:02}:{abs(ahead) % 60:02}"
        return stands if zone == "UTC" else f"{stands} {_city(zone, locale)}"

    return [(zone, label(zone)) for zone in sorted(CITIES, key=offset)]


def _city(zone: str, locale: str) -> str:
    words = Locale.parse(locale).time_zones.get(_OLDER.get(zone, zone), {})
    return words.get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
