"""The steps of the place where a factory is paid."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.lifecycle import Lifecycle, Step

FACTORY, PAYMENTS = frozenset({Role.FACTORY}), frozenset({Role.PAYMENTS})


class RecipientStage(StrEnum):
    NONE = "none"  # nothing given yet
    ONBOARDING = "onboarding"  # Stripe still asks for something
    ACTIVE = "active"  # can be paid
    RESTRICTED = "restricted"  # Stripe has stopped payments until something is given
    DISCONNECTED = "disconnected"  # the factory has taken our access to its account away


_S = RecipientStage
_ALL = frozenset(RecipientStage)

RECIPIENT = Lifecycle(
    "recipient",
    RecipientStage,
    (
        Step("begin", FACTORY, _ALL, _S.ONBOARDING, "recipient_begun",
             N_("Set up payment through Stripe"), N_("Setting up payment through Stripe")),
        Step("activate", PAYMENTS, frozenset({_S.ONBOARDING, _S.RESTRICTED}), _S.ACTIVE, "recipient_active",
             N_("Ready to be paid"), N_("Ready to be paid through Stripe"), tell=FACTORY),
        Step("restrict", PAYMENTS, frozenset({_S.ACTIVE}), _S.RESTRICTED, "recipient_restricted",
             N_("Payments stopped"), N_("Stripe asks for more before it pays again"), tell=FACTORY),
        Step("disconnect", PAYMENTS, _ALL - {_S.NONE, _S.DISCONNECTED}, _S.DISCONNECTED, "recipient_disconnected",
             N_("Disconnected"), N_("The account at Stripe was disconnected"), tell=FACTORY),
        Step("give_bank", FACTORY, _ALL, _S.ACTIVE, "bank_details_given",
             N_("Be paid by bank transfer"), N_("Bank details given"), tell=FACTORY),
    ),
)  # fmt: skip
