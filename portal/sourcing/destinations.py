"""Where goods go: the countries that a brief may name, and a point in each for distances."""

from babel import Locale

from portal.core.i18n import current
from portal.factories.places import find_city

#: ISO 3166 code -> latitude, longitude in degrees of the country's largest port or city: where most parcels arrive.
_POINTS = """
AE 25.27 55.30, AR -34.60 -58.38, AT 48.21 16.37, AU -33.87 151.21, BD 22.34 91.82, BE 51.22 4.40, BG 42.70 23.32,
BH 26.23 50.59, BR -23.55 -46.63, CA 43.65 -79.38, CH 47.38 8.54, CL -33.45 -70.67, CN 31.23 121.47, CO 4.71 -74.07,
CR 9.93 -84.08, CY 34.68 33.04, CZ 50.08 14.44, DE 53.55 9.99, DK 55.68 12.57, EC -2.17 -79.92, EE 59.44 24.75,
EG 30.04 31.24, ES 41.39 2.17, FI 60.17 24.94, FR 48.86 2.35, GB 51.51 -0.13, GR 37.98 23.73, HK 22.32 114.17,
HR 45.81 15.98, HU 47.50 19.04, ID -6.21 106.85, IE 53.35 -6.26, IL 32.08 34.78, IN 19.08 72.88, IS 64.15 -21.94,
IT 45.46 9.19, JP 35.68 139.69, KE -1.29 36.82, KH 11.56 104.92, KR 37.57 126.98, KW 29.38 47.99, KZ 43.24 76.89,
LT 54.69 25.28, LU 49.61 6.13, LV 56.95 24.11, MA 33.57 -7.59, MO 22.20 113.54, MT 35.90 14.51, MX 19.43 -99.13,
MY 3.14 101.69, NG 6.52 3.38, NL 51.92 4.48, NO 59.91 10.75, NZ -36.85 174.76, OM 23.59 58.41, PA 8.98 -79.52,
PE -12.05 -77.04, PH 14.60 120.98, PK 24.86 67.01, PL 52.23 21.01, PT 38.72 -9.14, QA 25.29 51.53, RO 44.43 26.10,
RS 44.79 20.45, SA 21.49 39.19, SE 59.33 18.07, SG 1.35 103.82, SI 46.06 14.51, SK 48.15 17.11, TH 13.76 100.50,
TR 41.01 28.98, TW 25.03 121.57, UA 50.45 30.52, US 34.05 -118.24, UY -34.90 -56.16, VN 10.82 106.63, ZA -26.20 28.05
"""
POINTS: dict[str, tuple[float, float]] = {
    code: (float(latitude), float(longitude))
    for code, latitude, longitude in (entry.split() for entry in _POINTS.split(","))
}


def countries() -> list[tuple[str, str]]:
    """(code, name) of every country that a brief may name, by name in the current language."""
    named = Locale.parse(current()).territories
    return sorted(((code, named[code]) for code in POINTS), key=lambda pair: pair[1])


def country_name(code: str) -> str:
    """The country's name in the current language; the code itself where there is none."""
    return Locale.parse(current()).territories.get(code, code)


def destination(country: str, city: str = "") -> tuple[float, float] | None:
    """(latitude, longitude) of where goods go, for distances of hundreds of km; None for an unknown country."""
    found = find_city(city) if country == "CN" else None
    return (found.latitude, found.longitude) if found else POINTS.get(country)
