"""The units of spec fields: a stable code for data, a word or symbol for people."""

from portal.core.i18n import N_

#: code -> what is shown. A unit that a factory writes the same way in every language is its own symbol.
UNITS: dict[str, object] = {
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "um": "µm",
    "g": "g",
    "kg": "kg",
    "ml": "ml",
    "g/m2": "g/m²",
    "%": "%",
    "% w/w": "% w/w",
    "mg/kg": "mg/kg",
    "deg": "°",
    "C": "°C",
    "dpi": "dpi",
    "pt": "pt",
    "dE": "ΔE",
    "N m": "N·m",
    "N/15 mm": "N/15 mm",
    "Shore A": "Shore A",
    "mm Fe": "mm Fe",
    "pcs": N_("pcs"),
    "h": N_("h"),
    "months": N_("months"),
    "years": N_("years"),
    "layers": N_("layers"),
    "colours": N_("colours"),
    "cups": N_("cups"),
    "cavities": N_("cavities"),
    "shots": N_("shots"),
    "cycles": N_("cycles"),
    "stitches": N_("stitches"),
    "stitches/inch": N_("stitches/inch"),
    "stitches/cm2": N_("stitches/cm²"),
    "1-5": N_("of 5"),
}


def unit_label(code: str) -> str:
    """What is shown behind a value, in the current language; '' for no unit. Raises `KeyError` for an unknown one."""
    return str(UNITS[code]) if code else ""
