"""What happens to a thread beside what is written in it: an operator looks, a side is told what it has missed."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.lifecycle import Lifecycle, Step


class ThreadStage(StrEnum):
    OPEN = "open"


OPEN = frozenset({ThreadStage.OPEN})

THREAD = Lifecycle(
    "thread",
    ThreadStage,
    (
        Step(
            "look",
            by=frozenset({Role.OPERATOR}),
            source=OPEN,
            target=None,
            event="thread_inspected",
            label=N_("Read the messages"),
            said=N_("Xiaodan looked at the messages"),
        ),
        *(
            Step(
                f"tell_{role.value}",
                by=frozenset({Role.CLOCK}),
                source=OPEN,
                target=None,
                event="messages_waiting",
                label=N_("Tell of new messages"),
                said=None,  # of no timeline: the messages themselves are there to be read
                tell=frozenset({role}),
            )
            for role in (Role.CREATOR, Role.FACTORY)
        ),
    ),
)
