"""The spec fields of scented packaging: labels and tests."""

from portal.core.i18n import N_
from portal.products.base import (
    options,
)
from portal.products.declaration import Section
from portal.products.fields import Boolean, MultiChoice, Number, Text

LANGUAGES = options(
    ("en", N_("English")),
    ("zh", N_("Chinese")),
    ("fr", N_("French")),
    ("de", N_("German")),
    ("es", N_("Spanish")),
    ("it", N_("Italian")),
    ("nl", N_("Dutch")),
    ("ja", N_("Japanese")),
    ("ko", N_("Korean")),
    ("none", N_("No warning")),
)

LABELS = Section(
    "labels",
    N_("Labels"),
    (
        MultiChoice(
            "suffocation_warning",
            N_("Suffocation warning, languages"),
            N_("The keep-away-from-children warning on plastic bags, for example in English and French."),
            options=LANGUAGES,
        ),
        Text(
            "recycling_mark",
            N_("Recycling mark"),
            N_("The triangle with the material's number, for example 4 LDPE at the bottom of the back."),
            longest=120,
        ),
    ),
)

TESTS = Section(
    "tests",
    N_("Tests"),
    (
        Number(
            "drop_height",
            N_("Drop test height"),
            N_("Packed with your goods it falls from here and must stay shut, for example 0.8 m."),
            unit="m",
            low=0.1,
            high=5,
            decimals=2,
        ),
        Number(
            "seal_strength",
            N_("Seal strength"),
            N_("The pull that the welded seam must stand, measured on a strip 15 mm wide, for example 8 N/15 mm."),
            unit="N/15 mm",
            low=0.5,
            high=200,
            decimals=1,
        ),
        Boolean(
            "odour_transfer",
            N_("Odour transfer test"),
            N_("Whether the goods inside may take up the smell is tested, for example for clothes worn on the skin."),
        ),
    ),
)
