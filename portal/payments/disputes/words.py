"""Disputes in words: how one stands, what the payer says, who answers for a lost one, what the bank is told."""

from portal.core.i18n import N_
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Liable

#: stage -> (words, tone of its tag)
STAGES = {
    DisputeStage.OPENED: (N_("Evidence to be sent"), "warn"),
    DisputeStage.ANSWERED: (N_("The bank decides"), "info"),
    DisputeStage.WON: (N_("Won"), "good"),
    DisputeStage.LOST: (N_("Lost"), "bad"),
    DisputeStage.DROPPED: (N_("Ended without a dispute"), "neutral"),
}
#: Stripe's code -> what the payer says to the bank
REASONS = {
    "credit_not_processed": N_("A refund was promised and did not come"),
    "duplicate": N_("It was charged twice"),
    "fraudulent": N_("The card’s owner did not make this payment"),
    "product_not_received": N_("The goods did not come"),
    "product_unacceptable": N_("The goods are not as described"),
    "subscription_canceled": N_("It was cancelled before"),
    "unrecognized": N_("The card’s owner does not recognise this payment"),
}
ANY_REASON = N_("Another reason of the bank’s")
LIABLE = {
    Liable.PORTAL: N_("The portal: the factory has done what was agreed, or its breach is not shown"),
    Liable.FACTORY: N_("The factory: it has broken what was agreed"),
}
#: What the bank can be told in fields of its own, by Stripe's name of the field.
FIELDS = {
    "product_description": N_("What was sold"),
    "customer_name": N_("Name of the buyer"),
    "customer_email_address": N_("Email of the buyer"),
    "shipping_address": N_("Where the goods were sent"),
    "shipping_carrier": N_("Who carried them"),
    "shipping_date": N_("When they left"),
    "shipping_tracking_number": N_("Tracking number"),
    "service_date": N_("When work on the order began"),
    "refund_refusal_explanation": N_("Why nothing more goes back"),
}
