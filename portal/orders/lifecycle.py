"""An order's steps, from award to closed, and those of a change order. One row says the whole of a step.

`said` is the past tense of the timeline, `tell` hear of it by email; a deadline begins with the step that starts the
wait, and ends when the stage changes.
"""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.clock import days
from portal.core.i18n import N_
from portal.core.lifecycle import Deadline, Lifecycle, Step

CREATOR, FACTORY, OPERATOR = frozenset({Role.CREATOR}), frozenset({Role.FACTORY}), frozenset({Role.OPERATOR})
CLOCK, PAYMENTS, WORKER = frozenset({Role.CLOCK}), frozenset({Role.PAYMENTS}), frozenset({Role.WORKER})
SIDES, ALL = CREATOR | FACTORY, CREATOR | FACTORY | OPERATOR


class OrderStage(StrEnum):
    AWAITING_DEPOSIT = "awaiting_deposit"  # PO issued
    AWAITING_ACCEPTANCE = "awaiting_acceptance"  # deposit paid; both sides are to accept the spec
    SAMPLING = "sampling"  # the factory makes the sample, and its tooling first
    SAMPLE_REVIEW = "sample_review"  # the creator judges it
    PRODUCTION = "production"  # golden sample sealed: bulk
    INSPECTION = "inspection"  # goods made, final inspection to be reported
    REWORK = "rework"
    CONCESSION = "concession"  # the creator decides whether to take the goods as they are
    AWAITING_BALANCE = "awaiting_balance"
    READY_TO_SHIP = "ready_to_ship"  # balance paid
    SHIPPED = "shipped"  # every parcel on its way
    DELIVERED = "delivered"  # claim window
    DISPUTED = "disputed"
    CLOSED = "closed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_S = OrderStage
#: Stages at which nothing more is to be done.
ENDED_STAGES = frozenset({_S.CLOSED, _S.EXPIRED, _S.CANCELLED})
#: Stages at which nothing is made yet.
EARLY_STAGES = frozenset({_S.AWAITING_DEPOSIT, _S.AWAITING_ACCEPTANCE, _S.EXPIRED})
#: Stages at which the factory is making the goods, late once their date has passed.
MAKING = frozenset({_S.PRODUCTION, _S.INSPECTION, _S.REWORK, _S.READY_TO_SHIP})
#: Stages at which either side may still call the order off by itself, with the fee of the stage.
CALLABLE_OFF = frozenset({_S.AWAITING_ACCEPTANCE, _S.SAMPLING, _S.SAMPLE_REVIEW, _S.PRODUCTION})
#: Stages from the paid deposit to the parcels: an operator may end such an order when the two can't agree.
UNDER_WAY = CALLABLE_OFF | MAKING | {_S.CONCESSION, _S.AWAITING_BALANCE}


def at(*stages: StrEnum) -> frozenset[StrEnum]:
    return frozenset(stages)


_SAMPLE_DUE = Deadline(
    "sample_late", field="sample_due_at", remind=(days(2),), event="sample_due_soon", tell=FACTORY
)  # fmt: skip
_GOODS_DUE = Deadline(
    "fall_late", field="ship_by_end", remind=(days(7), days(2)), event="ship_date_near", tell=FACTORY
)  # fmt: skip
_BALANCE_DUE = Deadline(
    "balance_late", field="balance_due_at", remind=(days(3), days(1)), event="balance_due_soon", tell=CREATOR
)  # fmt: skip

ORDER = Lifecycle(
    "order",
    OrderStage,
    (
        # --- to the accepted spec ---
        Step("place", CREATOR, at(_S.AWAITING_DEPOSIT), _S.AWAITING_DEPOSIT, "order_placed",
             N_("Place the order"), N_("Order placed, purchase order issued"), tell=CREATOR,
             then=("specs.purchase_order", "papers.issue"),
             deadline=Deadline("expire", field="deposit_due_at", remind=(days(3), days(1)), event="deposit_due_soon",
                               tell=CREATOR)),
        Step("deposit_paid", PAYMENTS, at(_S.AWAITING_DEPOSIT), _S.AWAITING_ACCEPTANCE, "deposit_paid",
             N_("Deposit paid"), N_("Deposit paid"), tell=SIDES, then=("specs.freeze",)),
        Step("spec_ready", WORKER, at(_S.AWAITING_ACCEPTANCE), None, "spec_ready",
             N_("Spec ready"), N_("Production spec frozen"), tell=SIDES,
             deadline=Deadline("escalate_spec", after=days(5), remind=(days(3), days(1)), event="spec_waiting",
                               tell=SIDES)),
        Step("accept_spec", SIDES, at(_S.AWAITING_ACCEPTANCE), None, "spec_accepted",
             N_("Accept the spec"), N_("Spec accepted by one side"), tell=SIDES),
        Step("escalate_spec", CLOCK, at(_S.AWAITING_ACCEPTANCE), None, "spec_unanswered",
             N_("Spec unanswered"), N_("The spec was not accepted in time; the portal looks into it"), tell=ALL),
        Step("seal_spec", SIDES, at(_S.AWAITING_ACCEPTANCE), _S.SAMPLING, "spec_sealed",
             N_("Accept the spec"), N_("Spec accepted by both sides"), tell=SIDES, deadline=_SAMPLE_DUE),
        # --- where the goods go; no letter before the deposit, as the factory has nothing to do with it yet ---
        Step("note_address", CREATOR, at(_S.AWAITING_DEPOSIT), None, "address_noted",
             N_("Give the address"), N_("Delivery address given")),
        Step("give_address", CREATOR, UNDER_WAY, None, "address_given",
             N_("Give the address"), N_("Delivery address given"), tell=FACTORY),
        Step("change_address", CREATOR, UNDER_WAY, None, "address_changed",
             N_("Change the address"), N_("Delivery address changed"), tell=FACTORY),
        # --- samples ---
        Step("tooling_made", FACTORY, at(_S.SAMPLING), None, "tooling_made",
             N_("Tooling is ready"), N_("Tooling made"), tell=CREATOR),
        Step("send_sample", FACTORY, at(_S.SAMPLING), _S.SAMPLE_REVIEW, "sample_sent",
             N_("Send the sample"), N_("Sample sent"), tell=CREATOR,
             deadline=Deadline("escalate_sample", after=days(5), remind=(days(3), days(1)), event="sample_waiting",
                               tell=CREATOR)),
        Step("sample_late", CLOCK, at(_S.SAMPLING), None, "sample_overdue",
             N_("Sample overdue"), N_("The sample is overdue"), tell=ALL),
        Step("escalate_sample", CLOCK, at(_S.SAMPLE_REVIEW), None, "sample_unanswered",
             N_("Sample unanswered"), N_("Nobody has judged the sample; the portal asks the creator"), tell=ALL),
        Step("ask_changes", CREATOR, at(_S.SAMPLE_REVIEW), _S.SAMPLING, "sample_rejected",
             N_("Ask for changes"), N_("Changes to the sample asked for"), tell=FACTORY, deadline=_SAMPLE_DUE),
        Step("approve_sample", CREATOR, at(_S.SAMPLE_REVIEW), _S.PRODUCTION, "sample_approved",
             N_("Approve the sample"), N_("Sample approved and sealed: the golden sample"), tell=FACTORY,
             then=("payments.release_advance",), deadline=_GOODS_DUE),
        Step("keep_sample", CREATOR, at(_S.SAMPLING), _S.PRODUCTION, "golden_sample_kept",
             N_("Make it like the last order’s golden sample"), N_("The last order’s golden sample holds"),
             tell=FACTORY, then=("payments.release_advance",), deadline=_GOODS_DUE),
        # --- production and inspection ---
        Step("report_progress", FACTORY, at(_S.PRODUCTION, _S.REWORK), None, "progress_reported",
             N_("Report progress"), N_("Progress reported"), tell=CREATOR),
        Step("inspect_inline", FACTORY, at(_S.PRODUCTION), None, "inline_inspected",
             N_("Report an in-line inspection"), N_("In-line inspection reported"), tell=CREATOR,
             then=("specs.inspection_report",)),
        Step("finish_production", FACTORY, at(_S.PRODUCTION), _S.INSPECTION, "production_finished",
             N_("All pieces are made"), N_("Production finished"), tell=CREATOR, deadline=_GOODS_DUE),
        Step("pass_inspection", FACTORY, at(_S.INSPECTION), _S.AWAITING_BALANCE, "inspection_passed",
             N_("Report the final inspection"), N_("Final inspection passed"), tell=CREATOR,
             then=("specs.inspection_report", "payments.follow_bill"), deadline=_BALANCE_DUE),
        Step("fail_inspection", FACTORY, at(_S.INSPECTION), _S.REWORK, "inspection_failed",
             N_("Report the final inspection"), N_("Final inspection failed"), tell=CREATOR,
             then=("specs.inspection_report",), deadline=_GOODS_DUE),
        Step("finish_rework", FACTORY, at(_S.REWORK), _S.INSPECTION, "rework_finished",
             N_("The rework is done"), N_("Rework finished"), tell=CREATOR, deadline=_GOODS_DUE),
        Step("ask_concession", FACTORY, at(_S.REWORK), _S.CONCESSION, "concession_asked",
             N_("Ask for a concession"), N_("Concession asked for"), tell=CREATOR,
             deadline=Deadline("escalate_concession", after=days(4), remind=(days(2), days(1)),
                               event="concession_waiting", tell=CREATOR)),
        Step("escalate_concession", CLOCK, at(_S.CONCESSION), None, "concession_unanswered",
             N_("Concession unanswered"), N_("The concession was not decided in time; the portal asks the creator"),
             tell=ALL),
        Step("grant_concession", CREATOR, at(_S.CONCESSION), _S.AWAITING_BALANCE, "concession_granted",
             N_("Take the goods as they are"), N_("Concession granted"), tell=FACTORY,
             then=("payments.follow_bill",), deadline=_BALANCE_DUE),
        Step("refuse_concession", CREATOR, at(_S.CONCESSION), _S.REWORK, "concession_refused",
             N_("Have them reworked"), N_("Concession refused"), tell=FACTORY, deadline=_GOODS_DUE),
        Step("fall_late", CLOCK, MAKING, None, "order_late",
             N_("Late"), N_("The promised date has passed"), tell=ALL),
        # --- balance, parcels, claim window ---
        Step("balance_paid", PAYMENTS, at(_S.AWAITING_BALANCE), _S.READY_TO_SHIP, "balance_paid",
             N_("Balance paid"), N_("Balance paid"), tell=SIDES, deadline=_GOODS_DUE),
        Step("balance_late", CLOCK, at(_S.AWAITING_BALANCE), None, "balance_overdue",
             N_("Balance overdue"), N_("The balance is overdue"), tell=ALL),
        Step("ship_parcel", FACTORY, at(_S.READY_TO_SHIP), None, "parcel_shipped",
             N_("Ship a parcel"), N_("Parcel shipped"), tell=CREATOR, then=("specs.shipping_papers", "papers.issue")),
        Step("ship_last", FACTORY, at(_S.READY_TO_SHIP), _S.SHIPPED, "order_shipped",
             N_("Ship the last parcel"), N_("All parcels shipped"), tell=CREATOR,
             then=("specs.shipping_papers", "papers.issue", "payments.follow_bill"),
             deadline=Deadline("ask_arrival", field="arrival_due_at", remind=(days(2),), event="arrival_near",
                               tell=CREATOR)),
        Step("ask_arrival", CLOCK, at(_S.SHIPPED), None, "arrival_unconfirmed",
             N_("Arrival unconfirmed"), N_("The parcels should have arrived; the portal asks"), tell=ALL),
        Step("parcel_arrived", ALL | WORKER, at(_S.READY_TO_SHIP, _S.SHIPPED), None, "parcel_delivered",
             N_("The parcel has arrived"), N_("Parcel delivered")),
        Step("deliver", ALL | WORKER, at(_S.SHIPPED), _S.DELIVERED, "order_delivered",
             N_("Everything has arrived"), N_("Delivered; the claim window runs"), tell=SIDES,
             deadline=Deadline("close", field="claims_until", remind=(days(3),), event="claims_ending", tell=CREATOR)),
        Step("close", CLOCK | CREATOR, at(_S.DELIVERED), _S.CLOSED, "order_closed",
             N_("All is well: close the order"), N_("Order closed"), tell=SIDES, then=("payments.settle_end",)),
        # --- ways out ---
        Step("cancel", SIDES, at(_S.AWAITING_DEPOSIT), _S.CANCELLED, "order_cancelled",
             N_("Cancel the order"), N_("Order cancelled before the deposit"), tell=SIDES,
             then=("payments.order_ended",)),
        Step("expire", CLOCK, at(_S.AWAITING_DEPOSIT), _S.EXPIRED, "order_expired",
             N_("Expire"), N_("Order expired: the deposit did not come in time"), tell=SIDES,
             then=("payments.order_ended",)),
        Step("call_off", CREATOR, CALLABLE_OFF, _S.CANCELLED, "order_called_off",
             N_("Call the order off"), N_("Order called off by the creator"), tell=SIDES,
             then=("payments.settle_end",)),
        Step("give_up", FACTORY, CALLABLE_OFF | at(_S.REWORK), _S.CANCELLED, "order_given_up",
             N_("Give the order up"), N_("Order given up by the factory"), tell=ALL, then=("payments.settle_end",)),
        Step("end", OPERATOR, UNDER_WAY, _S.CANCELLED, "order_ended",
             N_("End the order"), N_("Order ended by the portal"), tell=SIDES, then=("payments.settle_end",)),
        Step("dispute", CREATOR, at(_S.SHIPPED, _S.DELIVERED), _S.DISPUTED, "claim_opened",
             N_("Something is wrong"), N_("Claim opened"), tell=FACTORY | OPERATOR,
             deadline=Deadline("press_claim", after=days(7), remind=(days(3),), event="claim_waiting",
                               tell=OPERATOR)),
        Step("press_claim", CLOCK, at(_S.DISPUTED), None, "claim_unanswered",
             N_("Claim unanswered"), N_("The claim is not settled yet"), tell=ALL),
        Step("withdraw_claim", CREATOR, at(_S.DISPUTED), _S.DELIVERED, "claim_withdrawn",
             N_("Withdraw the claim"), N_("Claim withdrawn"), tell=FACTORY | OPERATOR,
             deadline=Deadline("close", field="claims_until", remind=(days(3),), event="claims_ending", tell=CREATOR)),
        Step("have_remade", OPERATOR, at(_S.DISPUTED), _S.PRODUCTION, "remake_settled",
             N_("Have it made again"), N_("Claim settled: made again"), tell=SIDES, deadline=_GOODS_DUE),
        Step("settle_claim", OPERATOR, at(_S.DISPUTED), _S.CLOSED, "claim_settled",
             N_("Settle the claim"), N_("Claim settled"), tell=SIDES, then=("payments.settle_end",)),
    ),
)  # fmt: skip

#: What leaves an order to the operators until it moves on: a claim, and every wait that the clock gave up.
CALLS = ("claim_opened", *(step.event for step in ORDER.steps if step.by == CLOCK and step.target is None))


class ChangeStage(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


_C = ChangeStage

CHANGE = Lifecycle(
    "change",
    ChangeStage,
    (
        Step("propose", SIDES, at(_C.PROPOSED), _C.PROPOSED, "change_proposed",
             N_("Propose a change"), N_("Change order proposed"), tell=SIDES,
             deadline=Deadline("lapse", after=days(7), remind=(days(3), days(1)), event="change_waiting", tell=SIDES)),
        Step("accept", SIDES, at(_C.PROPOSED), _C.ACCEPTED, "change_accepted",
             N_("Accept the change"), N_("Change order accepted by both sides"), tell=SIDES,
             then=("specs.revise", "payments.follow_bill")),
        Step("decline", SIDES, at(_C.PROPOSED), _C.DECLINED, "change_declined",
             N_("Decline the change"), N_("Change order declined"), tell=SIDES),
        Step("withdraw", SIDES, at(_C.PROPOSED), _C.WITHDRAWN, "change_withdrawn",
             N_("Withdraw the change"), N_("Change order withdrawn"), tell=SIDES),
        Step("lapse", CLOCK, at(_C.PROPOSED), _C.LAPSED, "change_lapsed",
             N_("Lapse"), N_("Change order lapsed: it was not answered"), tell=SIDES),
        # No letter: the one about the order's own step says enough.
        Step("fall", WORKER, at(_C.PROPOSED), _C.LAPSED, "change_fallen",
             N_("Fall"), N_("Change order lapsed: its order has ended or is on its way")),
    ),
)  # fmt: skip
