"""The demo's briefs and orders, one line of intent each: who wants what, when it began, how far it has come."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.core.actor import Role
from sandbox.demo.examples import CUP_HOLDER, FOX, LAMP_FOOT, MAILER, MUG, TEA_BOX, TOFU, TOTE


class Until(StrEnum):
    """How far a story is told."""

    DRAFT = "draft"
    OPEN = "open"
    QUOTED = "quoted"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ORDERED = "ordered"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # ordered, and the deposit never came
    PAID = "paid"
    HALF_ACCEPTED = "half accepted"
    SAMPLING = "sampling"
    SAMPLE_REVIEW = "sample review"
    PRODUCTION = "production"
    LATE = "late"  # in production, and the promised day has passed
    INSPECTION = "inspection"
    REWORK = "rework"
    CONCESSION = "concession"
    AWAITING_BALANCE = "awaiting balance"
    READY_TO_SHIP = "ready to ship"  # the first of two parcels is on its way
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    DISPUTED = "disputed"
    CLOSED = "closed"
    SETTLED = "settled"  # a claim was settled with a subsidy, which closed the order


_ALL = list(Until)
#: How far the stories go whose spec both sides have accepted.
MADE = frozenset(_ALL[_ALL.index(Until.SAMPLING) :])


@dataclass(frozen=True)
class Change:
    """A change order that the creator proposes: spec values, minor units more, and so many `days` later than promised;
    `accepted` by the factory, all of it yesterday; or still open, since before the first sample."""

    reason: str
    values: tuple[tuple[str, Any], ...]
    price_minor: int = 0
    days: int = 0
    accepted: bool = False


@dataclass(frozen=True)
class Story:
    """`by` is a creator of `people.CREATORS`; `days` how long ago it began; `quotes` how many factories answer.

    `firm` is invited whatever its score; it is the first to answer, or `waits`: it has not quoted yet. `advance`: the
    share of the deposit, in percent, that quotes ask for when the golden sample is approved.

    Of goods that are made: `lead` days from the deposit; `picture` as `pictures.photo` draws them, from so many
    `views`; `pins`: the comment (x, y, words) on each sample that was not good enough; `short`: pieces fewer than
    ordered; `thread`: (side, words, the other side's translation); `retail` in minor units.
    """

    by: str
    title: str
    category: str
    values: dict[str, Any]
    quantities: tuple[int, ...]
    until: Until
    days: float
    quotes: int = 0
    target: int | None = None  # minor units
    currency: str = "USD"
    where: tuple[str, str, str] = ("US", "Oregon", "Portland")
    artwork: tuple[str, ...] = ()
    description: str = ""
    confidential: bool = False
    question: tuple[str, str] | None = None
    firm: str = ""
    waits: bool = False
    advance: int = 0
    lead: int = 14
    picture: str = "tote"
    views: int = 1
    pins: tuple[tuple[int, int, str], ...] = ()
    short: int = 0
    flaw: str = ""
    change: Change | None = None
    thread: tuple[tuple[Role, str, str], ...] = ()
    carrier: str = "dhl"
    sku: str = ""
    retail: int | None = None
    again: bool = False

    @property
    def spec(self) -> dict[str, Any]:
        """`values`, called as this story's goods are and described as it describes them: what a paper says of the goods
        is what its order says."""
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in self.title)
        name, other = ("product_name_zh", "product_name") if chinese else ("product_name", "product_name_zh")
        spec = self.values | ({"description": self.description} if self.description else {})
        if self.title.startswith(self.values.get(name, " ")):
            return spec
        return {key: value for key, value in spec.items() if key != other} | {name: self.title}


HOST = "Yiwu Logo Express"  # the firm of the demo's first factory login
CUP = (
    "I drive for a living and my fridge's cup holder needs two hands. This one opens with one: push the cup in, the "
    "ring gives way and holds 68 to 90 mm. It should cost about 50 yuan to make; I will sell it at 128."
)
OPENING = TOTE | {
    "product_name": "Opening night tote",
    "product_name_zh": "开幕之夜帆布袋",
    "description": "For the evening on which our second shop opens. The black must be deep and even, the edges sharp.",
}
HOLDER = CUP_HOLDER | {"product_name": "One-handed car cup holder"}
STORIES = (
    # The three that everybody looks at first.
    Story(
        "mia", "One-handed car cup holder", "moulded_part", HOLDER, (500, 1000, 3000), Until.QUOTED, 4, 4,
        target=5000, currency="CNY", where=("CN", "Zhejiang", "Hangzhou"), description=CUP, confidential=True,
        artwork=("cup-holder-sheet.png", "cup-holder.step"),
        question=("夹环的弹力按多少克设计？", "单手 15 N 左右能推开，空杯倒置不掉。"),
    ),
    Story(
        "lin", "绍兴臭豆腐毛绒玩具", "plush", TOFU, (100, 300, 500), Until.SAMPLE_REVIEW, 14, 5,
        target=3200, currency="CNY", where=("CN", "Zhejiang", "Shaoxing"),
        description="一块气鼓鼓的臭豆腐，插着竹签，碗是红陶。先做 300 只在景区和网店试卖。",
        artwork=("tofu-front.png", "tofu-side.png", "tofu-back.png"),
        question=("表面的霉点用绣花还是印花？", "绣花，针脚要平，不要凸起。"), lead=28, picture="tofu", views=2,
        pins=((505, 520, "眼睛再大一点，眼白要更亮。"), (560, 690, "嘴角往下，要更生气。")),
    ),
    Story(
        "ada", "Fig and white tea mailer", "scented_packaging", MAILER, (500, 1000, 2000), Until.CONCESSION, 18.6, 4,
        target=60, where=("GB", "", "Bristol"), artwork=("blossom-pattern.svg",),
        description="Our knitwear travels in plain grey bags. The parcel should smell of fig when it is torn open.",
        firm="Longgang Small Batch Print", advance=40, lead=18, picture="mailer",
        flaw="Small ink stains near the seal: 9 of 80 mailers.",
        thread=((Role.FACTORY, "九个袋子封口附近有小墨点，不影响香味，您看可以接受吗？",
                 "Nine bags have small ink dots near the seal; the scent is not affected. Can you accept that?"),
                (Role.CREATOR, "Let me look at the photos first.", "我先看一下照片。")),
    ),
    # One at each of the other stages: first briefs and deposits, then goods that are made.
    Story(
        "ada", "Anniversary tote bag", "printed_goods", TOTE, (200, 500), Until.ORDERED, 7, 5, target=320,
        where=("GB", "", "Bristol"), artwork=("paper-boat-logo.svg",),
        description="A tote for our bookshop's tenth birthday. The black must be deep and even, the edges sharp.",
    ),
    Story(
        "noah", "Fox café mug", "printed_goods", MUG, (100, 300), Until.HALF_ACCEPTED, 5, 4, target=450,
        artwork=("fox-cafe.png",), description="Mugs for our café and its regulars, dishwasher-proof.",
    ),
    Story(
        "noah", "Fox plush for the counter", "plush", FOX, (50, 100), Until.OPEN, 1, 0, target=900,
        description="The café's fox as a small plush, to sell beside the till.",
    ),
    Story("noah", "Takeaway tea box", "scented_packaging", TEA_BOX, (300,), Until.DRAFT, 0.2, target=120),
    Story(
        "yijun", "香氛蠟燭茶盒", "scented_packaging", TEA_BOX, (300, 600), Until.REVISED, 6, 3, target=160,
        where=("TW", "", "Taipei"), description="蠟燭與茶的聯名禮盒，盒內要有淡淡茶香。",
    ),
    Story(
        "sofia", "Lamp foot in warm white", "moulded_part", LAMP_FOOT, (100, 200), Until.WITHDRAWN, 18, 2, target=1900,
        currency="EUR", where=("IT", "", "Milano"), description="A weighted foot for a small table lamp.",
    ),
    Story(
        "sofia", "Market tote, two colours", "printed_goods", TOTE, (100,), Until.EXPIRED, 40, 1, target=300,
        currency="EUR", where=("IT", "", "Milano"),
    ),
    Story(
        "sofia", "Fox mug, first idea", "printed_goods", MUG, (100,), Until.CANCELLED, 25, 3, target=400,
        where=("IT", "", "Milano"), artwork=("fox-cafe.png",),
    ),
    Story(
        "noah", "Staff tote bags", "printed_goods", TOTE, (50, 100), Until.LAPSED, 30, 3, target=350,
        artwork=("paper-boat-logo.svg",),
    ),
    Story(
        "yijun", "茶行棉布袋", "printed_goods", TOTE, (100, 200, 500), Until.QUOTED, 3, 6, target=280, firm=HOST,
        where=("TW", "", "Taipei"), artwork=("camellia-mark.svg",), description="茶行週年的帆布袋，單色山茶。",
    ),
    Story(
        "ada", "Poetry night mug", "printed_goods", MUG, (100, 250), Until.PAID, 2.1, 2, target=430, firm=HOST,
        where=("GB", "", "Bristol"), artwork=("paper-boat-logo.svg",), description="Mugs for our poetry nights.",
    ),
    Story(
        "noah", "Trail run mug", "printed_goods", MUG, (120, 240), Until.SAMPLING, 7.75, 1, target=450, firm=HOST,
        artwork=("fox-cafe.png",), picture="fox-mug", pins=((500, 480, "The orange is too dull; see the proof."),),
        change=Change("The club washes its mugs after every run.", (("dishwasher_cycles", 100),), 1500, days=2),
    ),
    Story(
        "ada", "Opening night tote", "printed_goods", OPENING, (200, 500), Until.PRODUCTION, 11.5, 1, target=320,
        firm=HOST,
        where=("GB", "", "Bristol"), artwork=("paper-boat-logo.svg",), views=2,
        description="For the evening on which our second shop opens.",
        change=Change(
            "They will be washed more often than we thought.", (("wash_cycles", 20),), 4000, days=3, accepted=True
        ),
        thread=((Role.CREATOR, "Could the folded bags have the logo outside?", "折好的袋子能把标志朝外吗？"),
                (Role.FACTORY, "可以，不加价。", "Yes, at no extra cost."),
                (Role.CREATOR, "Wonderful, thank you. Please send a photo of the first carton.", "")),
    ),
    Story(
        "noah", "Marathon tote", "printed_goods", TOTE, (300,), Until.LATE, 19.5, 1, target=300, firm=HOST,
        artwork=("paper-boat-logo.svg",), description="For 300 runners.",
    ),
    Story(
        "yijun", "山茶手提袋", "printed_goods", TOTE, (200, 400), Until.INSPECTION, 13.6, 1, target=280, firm=HOST,
        where=("TW", "", "Taipei"), artwork=("camellia-mark.svg",), picture="camellia-tote", short=6,
        description="茶行山茶季的提袋。",
    ),
    Story(
        "sofia", "Arcade tote", "printed_goods", TOTE, (150, 300), Until.REWORK, 14.3, 1, target=310, firm=HOST,
        currency="EUR", where=("IT", "", "Milano"), artwork=("arcade-mark.svg",), picture="arcade-tote",
        flaw="袋身有红色污渍。",
    ),
    Story(
        "ada", "Winter reading mug", "printed_goods", MUG, (150, 300), Until.AWAITING_BALANCE, 14.4, 1, target=430,
        firm=HOST, where=("GB", "", "Bristol"), artwork=("paper-boat-logo.svg",), picture="boat-mug", short=4,
        description="For the long evenings.",
    ),
    Story(
        "noah", "Harvest market tote", "printed_goods", TOTE, (200, 600), Until.READY_TO_SHIP, 15.4, 1, target=300,
        firm=HOST, artwork=("fox-cafe.png",),
    ),
    Story(
        "ada", "Harbour festival tote", "printed_goods", TOTE, (200, 400), Until.SHIPPED, 18, 1, target=320, firm=HOST,
        where=("GB", "", "Bristol"), artwork=("paper-boat-logo.svg",), description="For the festival by the harbour.",
    ),
    Story(
        "ada", "Bookshop mug", "printed_goods", MUG, (150, 300), Until.DELIVERED, 26, 1, target=430, firm=HOST,
        where=("GB", "", "Bristol"), artwork=("paper-boat-logo.svg",), picture="boat-mug",
    ),
    Story(
        "sofia", "Gallery tote", "printed_goods", TOTE, (100, 200), Until.DISPUTED, 26, 1, target=310, firm=HOST,
        currency="EUR", where=("IT", "", "Milano"), artwork=("arcade-mark.svg",), picture="arcade-tote",
        flaw="Seven bags have a red stain on the front.",
    ),
    Story(
        "sofia", "Print fair tote", "printed_goods", TOTE, (100, 200), Until.SETTLED, 38, 1, target=310, firm=HOST,
        currency="EUR", where=("IT", "", "Milano"), artwork=("arcade-mark.svg",), picture="arcade-tote",
        flaw="The red of all bags is a little darker than on the sample.",
    ),
    Story(
        "ada", "Summer reading tote", "printed_goods", TOTE, (200, 500), Until.CLOSED, 45, 1, target=320, firm=HOST,
        where=("GB", "", "Bristol"), artwork=("paper-boat-logo.svg",), sku="PB-TOTE-S", retail=1490, again=True,
        description="Last summer's tote.",
    ),
    Story(
        "mia", "One-handed car cup holder, first run", "moulded_part", HOLDER, (300, 500), Until.CLOSED, 58, 2,
        target=5000, currency="CNY", where=("CN", "Zhejiang", "Hangzhou"), description=CUP, lead=30,
        firm="Huangyan Car Cup", advance=30,
        artwork=("cup-holder-sheet.png",), picture="cup-holder", views=2, carrier="sf", sku="CUP-1", retail=12800,
        again=True,
    ),
    # What waits in the inbox of the demo's factory, from due today to just arrived.
    Story(
        "yijun", "年節伴手禮提袋", "printed_goods", TOTE, (500, 1000), Until.QUOTED, 4.3, 2, target=240, firm=HOST,
        waits=True, where=("TW", "", "Taipei"), artwork=("camellia-mark.svg",),
        description="過年茶禮的提袋，一月初要到。",
    ),
    Story(
        "ada", "Reading group mug", "printed_goods", MUG, (150, 300), Until.QUOTED, 2.6, 2, target=420, firm=HOST,
        waits=True, where=("GB", "", "Bristol"), artwork=("paper-boat-logo.svg",),
        description="A mug for everyone who has read twelve books with us this year.",
        question=("杯子内壁也要印吗？", "No, the outside only. The inside stays white."),
    ),
    Story(
        "sofia", "Museum shop tote", "printed_goods", TOTE, (100, 250), Until.OPEN, 1.4, 0, target=310, firm=HOST,
        waits=True, currency="EUR", where=("IT", "", "Milano"), artwork=("arcade-mark.svg",), confidential=True,
        description="A tote for an exhibition that has not been announced yet.",
    ),
    Story(
        "noah", "Roastery tote, second run", "printed_goods", TOTE, (300, 600), Until.OPEN, 0.2, 0, target=300,
        firm=HOST, waits=True, artwork=("fox-cafe.png",),
        description="Our café's tote again, now for the roastery's market stall.",
    ),
    Story(
        "noah", "Bike club mug", "printed_goods", MUG, (100, 200), Until.QUOTED, 2, 3, target=450, firm=HOST,
        description="Mugs for the club that stops at our café every Sunday.",
    ),
    Story(
        "lin", "臭豆腐挂件（小号）", "plush", FOX, (200, 500), Until.QUOTED, 5, 5, target=1200, currency="CNY",
        where=("CN", "Zhejiang", "Shaoxing"), description="同一角色做成 8 厘米挂件。",
    ),
    Story(
        "mia", "Cup holder rubber ring", "moulded_part", LAMP_FOOT, (200,), Until.DRAFT, 2, currency="CNY",
        where=("CN", "Zhejiang", "Hangzhou"),
    ),
)  # fmt: skip
