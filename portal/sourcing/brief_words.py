"""A brief in words, for its creator: where it stands, where each factory stands, what has happened."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.core.actor import Role
from portal.core.i18n import N_, _
from portal.core.lifecycle import LIFECYCLES
from portal.sourcing.lifecycle import BRIEF, BriefStage, InvitationStage

_B, _I = BriefStage, InvitationStage

#: stage -> (words, tone of its tag)
STAGES = {
    _B.DRAFT: (N_("Draft"), "neutral"),
    _B.OPEN: (N_("Open for quotes"), "info"),
    _B.AWARDED: (N_("Ordered"), "good"),
    _B.WITHDRAWN: (N_("Withdrawn"), "neutral"),
    _B.EXPIRED: (N_("Expired"), "neutral"),
    _B.CLOSED: (N_("Order ended"), "warn"),
}
_INVITED = {
    _I.INVITED: (N_("Invited"), "neutral"),
    _I.QUOTED: (N_("Has quoted"), "good"),
    _I.DECLINED: (N_("Declined"), "warn"),
    _I.WITHDRAWN: (N_("Took its quote back"), "warn"),
    _I.EXPIRED: (N_("Its quote has expired"), "warn"),
    _I.LAPSED: (N_("Did not answer in time"), "warn"),
    _I.WON: (N_("Chosen"), "good"),
    _I.LOST: (N_("Not chosen"), "neutral"),
    _I.CLOSED: (N_("Closed"), "neutral"),
}


def status(invitation: Any) -> tuple[Any, str]:
    """Where one invited factory stands: (words, tone of the tag)."""
    if invitation.stage == _I.INVITED and invitation.opened_at:
        return N_("Has read the brief"), "info"
    return _INVITED[invitation.stage]


#: stages from which only a copy leads on -> what to make of it
_ENDED = {
    _B.WITHDRAWN: N_("Nobody was chosen. You can copy it to a new brief and change what stood in the way."),
    _B.EXPIRED: N_("Nobody was chosen. You can copy it to a new brief and change what stood in the way."),
    _B.CLOSED: N_("Nobody makes this now, and nobody owes anything. You can copy it to a new brief and ask again."),
}


def ending(stage: BriefStage, events: Iterable[Any]) -> tuple[Any, Any] | None:
    """How a brief came to its end, and what to make of it, out of its events (the newest first); None before it has."""
    if stage not in _ENDED:
        return None
    ends = {step.event: step.said for step in BRIEF.steps if step.target == stage}
    came = next((ends[event.name] for event in events if event.name in ends), STAGES[stage][0])
    return came, _ENDED[stage]


@dataclass(frozen=True)
class Happening:
    """A line of a timeline."""

    title: str
    at: datetime
    actor: str = ""
    note: str = ""


def timeline(events: Iterable[Any], factories: Mapping[UUID, str]) -> list[Happening]:
    """Events of a brief and of all that came of it, as lines; `factories` names the factory of each invitation."""
    return list(_lines(events, factories))


def _lines(events: Iterable[Any], factories: Mapping[UUID, str]) -> Iterator[Happening]:
    said = {(name, step.event): step.said for name, table in LIFECYCLES.items() for step in table.steps}
    for event in events:
        words = said.get((event.subject, event.name))
        if words is None or event.name in _ECHOES:
            continue
        named = factories.get(event.invitation_id, "") if event.subject in _OF_ONE_FACTORY else ""
        title = _("%(factory)s: %(what)s", factory=named, what=str(words)) if named else str(words)
        note = event.reason or "" if event.subject == "thread" else ""  # why somebody else read what was written
        yield Happening(title, event.created_at, _ACTORS.get(event.actor_role, ""), note)


_OF_ONE_FACTORY = frozenset({"invitation", "thread"})
#: what only repeats, for one factory, what another line says for all
_ECHOES = frozenset(
    {"factory_invited", "answer_received", "quote_lost", "invitation_closed", "quote_won", "artwork_check_started"}
)
_ACTORS = {Role.CREATOR: N_("You"), Role.FACTORY: N_("Factory"), Role.OPERATOR: N_("Operator")}
