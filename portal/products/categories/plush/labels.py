"""The spec fields of a plush toy's labels, scent and safety."""

from portal.core.i18n import N_
from portal.products.base import Stage, options, when
from portal.products.declaration import Section
from portal.products.fields import Boolean, Choice, Day, LongText, MultiChoice, Number, Text
from portal.products.groups import dimensions

LABELS = Section(
    "labels",
    N_("Labels"),
    (
        dimensions(
            "sewn_label",
            N_("Sewn label, W × H"),
            N_("Size of the fabric label in a seam, for example 30 × 50 mm."),
            "width height",
            high=300,
            needed=Stage.FREEZE,
            usual={"width": "30", "height": "50"},
        ),
        Text(
            "sewn_label_position",
            N_("Sewn label, position"),
            N_("The seam it is sewn into, for example left leg, back."),
            longest=120,
            needed=Stage.FREEZE,
        ),
        Text(
            "label_content",
            N_("Label: fibre and fill"),
            N_("Shares in %, as the law of your market asks, for example shell 100 % polyester, fill 100 % polyester."),
        ),
        MultiChoice(
            "label_care",
            N_("Label: care"),
            N_("How it may be cleaned, for example surface wash only."),
            options=options(
                ("surface", N_("Surface wash only")),
                ("hand", N_("Hand wash")),
                ("machine_30", N_("Machine wash at 30 °C")),
                ("no_bleach", N_("Do not bleach")),
                ("no_tumble", N_("Do not tumble dry")),
                ("no_iron", N_("Do not iron")),
                ("air_dry", N_("Dry in the air")),
            ),
        ),
        Text("label_age", N_("Label: age"), N_("The age printed on the label, for example 3+."), longest=40),
        LongText(
            "label_warnings",
            N_("Label: warnings"),
            N_(
                "Word for word, in the languages of your markets, for example remove all tags before "
                "giving it to a child."
            ),
            longest=800,
        ),
        MultiChoice(
            "label_marks",
            N_("Label: conformity marks"),
            N_("Marks that may only stand there once it has been tested, for example CE for the European Union."),
            options=options(("ce", "CE"), ("ukca", "UKCA"), ("none", N_("None"))),
        ),
        Text(
            "tracking_maker",
            N_("Tracking label: maker"),
            N_("Who made it, or who answers for it, for example your company."),
            longest=120,
        ),
        Text(
            "tracking_place",
            N_("Tracking label: place"),
            N_("Where it was made, for example Yangzhou, China."),
            longest=120,
        ),
        Day("tracking_date", N_("Tracking label: date"), N_("When it was made, for example 2027-03-15.")),
        Text(
            "tracking_batch",
            N_("Tracking label: batch"),
            N_("A number for this production run, for example A2703."),
            longest=40,
        ),
        Text(
            "hang_tag",
            N_("Hang tag"),
            N_("Size, paper and how it hangs, for example 50 × 80 mm card on a plastic pin at the left ear."),
        ),
        Text(
            "sound_module",
            N_("Sound module"),
            N_(
                "What it plays and how it is switched on, for example a giggle when the belly is pressed; "
                "blank for none."
            ),
        ),
    ),
)

TESTS = options(
    ("en71_1", N_("EN 71-1 mechanical and physical")),
    ("en71_2", N_("EN 71-2 flammability")),
    ("en71_3", N_("EN 71-3 migration of elements")),
    ("astm_f963", N_("ASTM F963")),
    ("cpsia_lead", N_("CPSIA lead")),
    ("cpsia_phthalates", N_("CPSIA phthalates")),
    ("cpc", N_("CPC (Children's Product Certificate)")),
    ("gb_6675_1", N_("GB 6675.1")),
    ("gb_6675_2", N_("GB 6675.2")),
    ("gb_6675_3", N_("GB 6675.3")),
    ("gb_6675_4", N_("GB 6675.4")),
    ("reach", N_("REACH")),
)

SAFETY = Section(
    "safety",
    N_("Safety"),
    (
        Choice(
            "age_grade",
            N_("Age grade"),
            N_("The youngest it is made for; the younger, the stricter the tests, for example 3+."),
            options=options(
                ("0_18m", N_("0 to 18 months")),
                ("18_36m", N_("18 to 36 months")),
                ("3_plus", N_("3 years and older")),
                ("14_plus", N_("14 and older, collectors")),
            ),
            needed=Stage.BRIEF,
        ),
        MultiChoice(
            "safety_tests",
            N_("Tests and standards"),
            N_(
                "What your markets ask for, for example EN 71 in Europe, ASTM F963 and CPSIA in the US, GB "
                "6675 in China."
            ),
            options=TESTS,
        ),
        Number(
            "needle_detection",
            N_("Needle detection, test piece"),
            N_("The size of the iron ball that the detector must find in every piece, for example 1.2 mm Fe."),
            unit="mm Fe",
            low=0.5,
            high=3,
            decimals=1,
            needed=Stage.FREEZE,
            usual="1.2",
        ),
        Text(
            "test_report",
            N_("Test report number"),
            N_("The laboratory's number if tests exist already, for example SHAT26031772."),
            longest=80,
        ),
    ),
)

SCENT = Section(
    "scent",
    N_("Scent"),
    (
        Boolean(
            "scented",
            N_("Scented"),
            N_(
                "Whether it smells on purpose; fragrance in toys is restricted and needs papers, for "
                "example an IFRA certificate."
            ),
            needed=Stage.FREEZE,
            usual="no",
        ),
        Text(
            "scent_name",
            N_("Scent"),
            N_("What it smells of and who makes the fragrance, for example fermented tofu, by Ailin."),
            longest=120,
            show_if=when("scented", "yes"),
        ),
        Choice(
            "scent_route",
            N_("How the scent gets in"),
            N_("For example a scented bead bag that lies between the fill."),
            options=options(
                ("bead_bag", N_("Scented beads in an inner bag")),
                ("spray", N_("Sprayed on the fill")),
                ("microcapsule", N_("Microcapsules on the fabric")),
            ),
            show_if=when("scented", "yes"),
        ),
    ),
)
