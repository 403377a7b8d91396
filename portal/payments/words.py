"""Payments in words: how a refund stands, why it was made, what a break is, why a card was refused."""

from portal.core.i18n import N_
from portal.payments.books.models import BreakKind, ReconcileKind
from portal.payments.lifecycle import RefundStage
from portal.payments.models import HoldKind, LegKind, RefundReason

LEGS = {LegKind.DEPOSIT: N_("Deposit"), LegKind.BALANCE: N_("Balance")}
#: stage -> (words, tone of its tag)
REFUND_STAGES = {
    RefundStage.REQUESTED: (N_("On its way"), "info"),
    RefundStage.PENDING: (N_("On its way"), "info"),
    RefundStage.SUCCEEDED: (N_("Returned"), "good"),
    RefundStage.FAILED: (N_("Being looked into"), "warn"),
}
#: why -> in a sentence
REFUND_REASONS = {
    RefundReason.LATE: N_("It came after the order had ended."),
    RefundReason.DOUBLE: N_("It was paid already."),
    RefundReason.WRONG_AMOUNT: N_("It was not the amount that was due."),
    RefundReason.ENDED: N_("The order has ended."),
    RefundReason.CLAIM: N_("The claim was settled with it."),
    RefundReason.SHORT: N_("The order costs less than was paid."),
    RefundReason.RELEASED: N_("The factory gives it back."),
    RefundReason.SUBSIDY: N_("The portal gives it."),
}
BREAKS = {
    BreakKind.MISSING_POSTING: N_("Stripe moved money that our books do not have"),
    BreakKind.MISSING_AT_STRIPE: N_("Our books moved money that Stripe does not have"),
    BreakKind.DIFFERENT_AMOUNT: N_("The amounts differ"),
    BreakKind.CLEARING_BALANCE: N_("Stripe holds another sum than our books say"),
    BreakKind.HELD_BALANCE: N_("Held for orders is not the sum of their payments"),
    BreakKind.OLD_SUSPENSE: N_("A payment has waited for its refund for more than a day"),
    BreakKind.REFUND_FAILED: N_("A refund failed"),
    BreakKind.UNKNOWN_REFUND: N_("A refund was made at Stripe by hand"),
    BreakKind.TRANSFER_FAILED: N_("A transfer to a factory was refused"),
    BreakKind.REVERSAL_FAILED: N_("Money could not be taken back from a factory"),
    BreakKind.PAYABLE_BALANCE: N_("Owed to factories is not the sum of what was released and not paid"),
    BreakKind.BANK_LINE_FAILED: N_("A factory's bank did not take a payment"),
    BreakKind.DISPUTE_OPEN: N_("A bank has taken back a payment that we do not know"),
}
#: What is to be done about a break, where no correcting entry is offered beside it.
BREAK_HELPS = {
    BreakKind.MISSING_POSTING: N_("A payment or refund made at Stripe by hand, or one whose messages were all lost."),
    BreakKind.MISSING_AT_STRIPE: N_("Look whether Stripe has taken it back, then correct our books."),
    BreakKind.DIFFERENT_AMOUNT: N_("Look at the payment at Stripe and ask why, then correct our books."),
    BreakKind.CLEARING_BALANCE: N_("Explained by the differences of single movements on this page: correct those."),
    BreakKind.HELD_BALANCE: N_(
        "No entry mends this: our records of payments, refunds and releases disagree with our own ledger. "
        "Tell whoever runs the portal."
    ),
    BreakKind.PAYABLE_BALANCE: N_(
        "No entry mends this: our records of releases and payouts disagree with our own ledger. "
        "Tell whoever runs the portal."
    ),
    BreakKind.OLD_SUSPENSE: N_("Ask Stripe why the refund does not go through."),
    BreakKind.REFUND_FAILED: N_("Try the refund again; ask the creator for another way if the card is gone."),
    BreakKind.UNKNOWN_REFUND: N_("The next comparison of the books says how much it was, and offers the entry."),
    BreakKind.TRANSFER_FAILED: N_(
        "The money is still owed to the factory. It is tried again every morning while its account can be paid, and at "
        "once when you send it again."
    ),
    BreakKind.REVERSAL_FAILED: N_(
        "The factory owes it: it is set off against what is released to it next, unless you take it back again before."
    ),
    BreakKind.BANK_LINE_FAILED: N_("The money is owed as before; ask the factory for its bank details."),
    BreakKind.DISPUTE_OPEN: N_("Look at the dispute at Stripe."),
}  # fmt: skip
#: Where that is done, by endpoint, and what the link there says.
BREAK_PAGES = {
    BreakKind.REFUND_FAILED: ("payments.books", N_("Payments on their way back")),
    BreakKind.TRANSFER_FAILED: ("failures.failures", N_("Failed transfers and reversals")),
    BreakKind.REVERSAL_FAILED: ("failures.failures", N_("Failed transfers and reversals")),
    BreakKind.BANK_LINE_FAILED: ("payouts.listed", N_("Bank batches")),
}
RUNS = {
    ReconcileKind.PENDING: N_("What has not ended"),
    ReconcileKind.EVENTS: N_("Messages that did not arrive"),
    ReconcileKind.BOOKS: N_("Stripe's books against ours"),
}
#: What a comparison has counted, by the name that it counts under (portal/payments/reconcile.py)
COUNTS = {
    "operations": N_("Calls to Stripe"),
    "pages": N_("Payment pages"),
    "refunds": N_("Refunds"),
    "messages": N_("Messages"),
    "ended": N_("Ended orders that hold money"),
    "accounts": N_("Factories’ accounts"),
    "disputes": N_("Card disputes"),
    "differences": N_("Differences"),
}
HOLDS = {
    HoldKind.DISPUTE: N_("The payer’s bank asks for the money back"),
    HoldKind.BREAK: N_("Our books and Stripe’s differ"),
}
#: Stripe's code of a refused card -> what the payer can do
REFUSALS = {
    "insufficient_funds": N_("Your card has not enough money on it. Try another card."),
    "expired_card": N_("Your card has expired. Try another card."),
    "incorrect_cvc": N_("The security code of your card was wrong. Try again."),
    "payment_intent_authentication_failure": N_("Your bank could not confirm that it is you. Try again."),
}
ANY_REFUSAL = N_("Your card was declined. Nothing was charged. Try again, or with another card.")
