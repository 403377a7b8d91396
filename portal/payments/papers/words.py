"""The papers in words."""

from portal.core.i18n import N_
from portal.payments.papers.models import TaxPaperKind

KINDS = {
    TaxPaperKind.PROFORMA: N_("Proforma invoice"),
    TaxPaperKind.COMMERCIAL_INVOICE: N_("Commercial invoice"),
    TaxPaperKind.RECEIPT: N_("Receipt"),
    TaxPaperKind.CREDIT_NOTE: N_("Credit note"),
}
#: what a line of a paper is for
LINES = {
    "goods_minor": N_("Goods"),
    "tooling_minor": N_("Tooling"),
    "plate_minor": N_("Plate fee"),
    "sample_minor": N_("Sample fee"),
    "freight_minor": N_("Freight"),
    "tax_minor": N_("Tax"),
    "deposit": N_("Deposit"),
    "balance": N_("Balance"),
    "unwanted_late": N_("Payment that came after the order had ended; it goes back"),
    "unwanted_double": N_("Payment of what was paid already; it goes back"),
    "unwanted_wrong_amount": N_("Payment of an amount that was not due; it goes back"),
    "refund_late": N_("Payment given back: it came after the order had ended"),
    "refund_double": N_("Payment given back: it was paid already"),
    "refund_wrong_amount": N_("Payment given back: the amount was not due"),
    "refund_ended": N_("Given back because the order has ended"),
    "refund_claim": N_("Given back to settle a claim"),
    "refund_short": N_("Given back because the order costs less than was paid"),
    "refund_released": N_("Given back by the seller"),
    "refund_subsidy": N_("Subsidy of the portal"),
}
REFERENCES = {
    "order": N_("Purchase order"),
    "invoice": N_("Proforma invoice"),
    "corrects": N_("Corrects"),
    "receipt": N_("Receipt"),
    "payment": N_("Payment reference"),
    "paid_at": N_("Paid"),
    "pay_by": N_("Deposit to be paid by"),
    "delivery": N_("Delivery term"),
    "lead_days": N_("Lead time, days from the deposit"),
}
#: what each paper is and is not
NOTES = {
    TaxPaperKind.PROFORMA: N_(
        "A proforma invoice says what the order comes to and asks for the deposit. It is no tax invoice; pay on the "
        "order's page only."
    ),
    TaxPaperKind.RECEIPT: N_(
        "Xiaodan has received this payment for the seller and holds it for the order. What happens to it is shown on "
        "the order's page."
    ),
    TaxPaperKind.CREDIT_NOTE: N_("The amount goes back to the card that it was paid with."),
}
UNWANTED = N_("No order waited for this payment: the whole of it goes back to the card, with a credit note.")
