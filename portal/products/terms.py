"""What stands around the fields of every spec: quantities and delivery (the brief's), head and foot (the portal's)."""

from portal.core.i18n import N_
from portal.products.base import (
    Stage,
    options,
)
from portal.products.declaration import Section
from portal.products.fields import Choice, Day, Number, Text
from portal.products.groups import Table, sum_of_money

#: Who carries what to where, in words that the buyer and the factory both read; each goes with a named place.
INCOTERMS = options(
    ("EXW", N_("EXW – collected by the buyer at the factory")),
    ("FCA", N_("FCA – handed to the buyer's carrier at the named place")),
    ("FOB", N_("FOB – loaded on board at the named port")),
    ("DAP", N_("DAP – brought to the buyer, import duty not paid")),
    ("DDP", N_("DDP – brought to the buyer, import duty paid")),
)
#: Terms under which the factory carries the goods to the buyer's country, so that its freight is in the quote.
DELIVERED = frozenset({"DAP", "DDP"})

#: What the brief keeps in columns of its own, because matching and deadlines are worked out from it.
TERMS = Section(
    "terms",
    N_("Quantity and delivery"),
    (
        Table(
            "quantities",
            N_("Quantity tiers"),
            N_("Up to four quantities, so that you see how the price falls, for example 100, 200 and 500."),
            row_label=N_("Quantity"),
            rows=4,
            needed=Stage.BRIEF,
            parts=(Number("pieces", N_("Quantity"), N_("For example 200."), unit="pcs", low=1, high=1_000_000),),
        ),
        sum_of_money(
            "target_unit_cost",
            N_("Target unit cost"),
            N_("What a piece may cost you at the most, for example 12.50; it helps the factory to choose the means."),
        ),
        Day("needed_by", N_("Needed by"), N_("The day it must be with you, for example 2027-03-15.")),
        Choice(
            "incoterm",
            N_("Delivery term (Incoterm)"),
            N_("Who pays for transport and duty; if you are new to this, choose DDP or DAP."),
            options=INCOTERMS,
            needed=Stage.QUOTE,
            usual="DAP",
        ),
        Text(
            "delivery_place",
            N_("Named place"),
            N_("The town that the delivery term refers to, for example Rotterdam."),
            longest=120,
            needed=Stage.QUOTE,
        ),
    ),
)

#: What the portal itself writes at the head and foot of every spec.
HEADER = Section(
    "header",
    N_("Spec"),
    (
        Text("number", N_("Spec number")),
        Text("revision", N_("Revision")),
        Day("date", N_("Date")),
        Text("category", N_("Category")),
        Text("creator", N_("Creator")),
        Text("factory", N_("Factory")),
        Table(
            "files",
            N_("Files"),
            row_label=N_("File"),
            rows=200,
            parts=(
                Text("name", N_("File name")),
                Text("sha256", N_("SHA-256"), longest=64),
                Text("revision", N_("Revision")),
            ),
        ),
        Text("precedence", N_("Which document wins in a conflict"), longest=500),
        Table(
            "sign_off",
            N_("Sign-off"),
            row_label=N_("Party"),
            rows=2,
            parts=(Text("side", N_("Party")), Text("name", N_("Signed by")), Day("date", N_("Date"))),
        ),
    ),
)

#: The value of `precedence` for every spec of this portal.
PRECEDENCE = N_("The quote and this spec outrank drawings; drawings outrank other attachments.")
