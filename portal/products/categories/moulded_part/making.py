"""The spec fields of how a moulded or assembled part is made: tooling, assembly, tests."""

from portal.core.i18n import N_
from portal.products.base import Dimension, Stage, options, when
from portal.products.declaration import Section
from portal.products.fields import Boolean, Choice, Day, MultiChoice, Number, Text
from portal.products.groups import sum_of_money
from portal.products.prints import print_locations

TOOLS = ("soft_tool", "steel_tool")
_IF_TOOL = when("process", *TOOLS)

TOOLING = Section(
    "tooling",
    N_("Tooling"),
    (
        Choice(
            "process",
            N_("Process"),
            N_(
                "Printing and vacuum casting need no steel and suit up to about 50; tools pay above that, "
                "for example Soft tool."
            ),
            options=options(
                ("print_3d", N_("3D print")),
                ("vacuum_cast", N_("Vacuum casting")),
                ("soft_tool", N_("Soft tool (aluminium)")),
                ("steel_tool", N_("Steel tool")),
                ("any", N_("Let the factory propose")),
            ),
            filters=Dimension.PROCESS,
            needed=Stage.BRIEF,
        ),
        Number(
            "cavities",
            N_("Cavities"),
            N_("How many parts one shot makes, for example 2."),
            unit="cavities",
            low=1,
            high=128,
            show_if=_IF_TOOL,
            needed=Stage.QUOTE,
            usual="1",
        ),
        Text(
            "tool_steel", N_("Tool steel"), N_("For example P20 for up to 300,000 shots."), longest=60, show_if=_IF_TOOL
        ),
        Choice(
            "runner",
            N_("Runner"),
            N_("A hot runner wastes less plastic and costs more, for example Cold runner."),
            options=options(("cold", N_("Cold runner")), ("hot", N_("Hot runner"))),
            show_if=_IF_TOOL,
        ),
        Number(
            "tool_life",
            N_("Tool life"),
            N_("How many shots the tool must last, for example 50,000."),
            unit="shots",
            low=1,
            high=10_000_000,
            show_if=_IF_TOOL,
            needed=Stage.QUOTE,
            usual="50000",
        ),
        sum_of_money(
            "tool_cost",
            N_("Tooling cost expected"),
            N_("What you reckon with for the tool, paid once, for example 18,000."),
        ),
        Choice(
            "tool_owner",
            N_("Owner of the tool"),
            N_(
                "Who owns it after you have paid; if it is not you, you can't move it to another factory, "
                "for example Creator."
            ),
            options=options(
                ("creator", N_("Creator")),
                ("factory", N_("Factory")),
                ("shared", N_("Shared, as agreed in the quote")),
            ),
            show_if=_IF_TOOL,
            needed=Stage.QUOTE,
            usual="creator",
        ),
        Text(
            "tool_storage",
            N_("Tool storage"),
            N_("Where it is kept and for how long without an order, for example at the factory, 24 months free."),
            show_if=_IF_TOOL,
        ),
        Day(
            "t0_date",
            N_("T0 date"),
            N_("First shots, to see that the tool works, for example 2027-01-20."),
            show_if=_IF_TOOL,
        ),
        Day(
            "t1_date",
            N_("T1 date"),
            N_("First good parts, for you to check, for example 2027-02-03."),
            show_if=_IF_TOOL,
        ),
    ),
)

DECORATIONS = options(
    ("pad", N_("Pad print")),
    ("screen", N_("Screen print")),
    ("uv", N_("UV print")),
    ("laser", N_("Laser engraving")),
    ("foil", N_("Hot stamping")),
    ("imd", N_("In-mould decoration")),
)

ASSEMBLY = Section(
    "assembly",
    N_("Assembly and decoration"),
    (
        Text(
            "fasteners",
            N_("Fasteners"),
            N_("Screws, clips, springs with size and number, for example 4 × M4×12, stainless."),
        ),
        Number(
            "torque",
            N_("Torque"),
            N_("How tight the screws are turned, for example 0.8 N·m."),
            unit="N m",
            low=0.01,
            high=500,
            decimals=2,
        ),
        Text(
            "adhesive",
            N_("Adhesive"),
            N_("Glue or tape with its type, for example double-sided foam tape, 1 mm."),
            longest=120,
        ),
        print_locations(DECORATIONS, "front back left_side right_side top bottom"),
    ),
)

TESTS = Section(
    "tests",
    N_("Tests"),
    (
        Text(
            "fit_test",
            N_("Fit test"),
            N_("What it must fit, tried on how many, for example five cups from 53 to 90 mm, on 3 pieces."),
        ),
        Number(
            "drop_height",
            N_("Drop test height"),
            N_("It falls from here and must not break, for example 1.2 m."),
            unit="m",
            low=0.1,
            high=20,
            decimals=2,
        ),
        Number(
            "test_cycles",
            N_("Life test"),
            N_("How often it must open, close or turn, for example 5,000 cycles."),
            unit="cycles",
            low=1,
            high=10_000_000,
        ),
        Number(
            "heat_soak_temperature",
            N_("Heat soak, temperature"),
            N_("It lies in an oven this hot and must keep its shape, for example 85 °C."),
            unit="C",
            low=20,
            high=400,
        ),
        Number(
            "heat_soak_hours",
            N_("Heat soak, time"),
            N_("For how long, for example 24 h."),
            unit="h",
            low=0.5,
            high=5000,
            decimals=1,
        ),
        Number(
            "uv_hours",
            N_("UV test"),
            N_("How long it is lit with UV to see whether it fades, for example 200 h."),
            unit="h",
            low=1,
            high=10_000,
        ),
        MultiChoice(
            "substances",
            N_("Restricted substances"),
            N_("RoHS for anything electric, REACH for the European Union, for example REACH."),
            options=options(("rohs", N_("RoHS")), ("reach", N_("REACH")), ("none", N_("None"))),
        ),
        Boolean(
            "first_article_report",
            N_("First-article report"),
            N_("A sheet on which the factory measures the first parts for you, for example before mass production."),
            needed=Stage.FREEZE,
            usual="yes",
        ),
        Boolean(
            "dfm_sign_off",
            N_("Design-for-manufacture sign-off"),
            N_(
                "The factory says what it would change before the tool is cut, and you agree, for example "
                "to a thicker wall."
            ),
            needed=Stage.FREEZE,
            usual="yes",
        ),
    ),
)
