"""The ways out in words."""

from portal.core.i18n import N_
from portal.orders.ending.claims import Remedy

REMEDIES = {
    Remedy.REMAKE: N_("The goods made again"),
    Remedy.PART: N_("A part of the money back"),
    Remedy.REFUND: N_("All of the money back"),
}
#: how a claim ended -> (words, tone of its tag)
CLAIM_ENDS = {
    "": (N_("Claim open"), "bad"),
    "claim_withdrawn": (N_("Withdrawn"), "neutral"),
    "remake_settled": (N_("Made again"), "info"),
    "claim_settled": (N_("Settled"), "good"),
}
#: (step, endpoint of its page, what leads there)
WAYS_OUT = (
    ("cancel", "orders.cancel", N_("Cancel this order")),
    ("call_off", "orders.call_off", N_("Call this order off")),
    ("give_up", "orders.give_up", N_("Give this order up")),
    ("end", "orders.end_order", N_("End this order")),
)
