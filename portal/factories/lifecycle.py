"""A factory's way onto the portal: it describes itself, an operator verifies it."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.lifecycle import Lifecycle, Step


class FactoryStage(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


_S = FactoryStage
FACTORY = Lifecycle(
    "factory",
    FactoryStage,
    (
        Step(
            "submit",
            by=frozenset({Role.FACTORY}),
            source=frozenset({_S.DRAFT, _S.REFUSED}),
            target=_S.SUBMITTED,
            event="factory_submitted",
            label=N_("Ask to be verified"),
            said=N_("The factory asked to be verified"),
            tell=frozenset({Role.OPERATOR}),
        ),
        Step(
            "verify",
            by=frozenset({Role.OPERATOR}),
            source=frozenset({_S.SUBMITTED, _S.SUSPENDED}),
            target=_S.VERIFIED,
            event="factory_verified",
            label=N_("Verify this factory"),
            said=N_("The factory was verified"),
            tell=frozenset({Role.FACTORY}),
            then=("factories.refresh",),
        ),
        Step(
            "refuse",
            by=frozenset({Role.OPERATOR}),
            source=frozenset({_S.SUBMITTED}),
            target=_S.REFUSED,
            event="factory_refused",
            label=N_("Ask for changes"),
            said=N_("The operator asked the factory for changes"),
            tell=frozenset({Role.FACTORY}),
        ),
        Step(
            "suspend",
            by=frozenset({Role.OPERATOR}),
            source=frozenset({_S.VERIFIED}),
            target=_S.SUSPENDED,
            event="factory_suspended",
            label=N_("Suspend"),
            said=N_("The factory was suspended"),
            tell=frozenset({Role.FACTORY}),
            then=("factories.refresh",),
        ),
    ),
)
