"""Who may add photos to a thing and see them. Higher features register the answers, one for each kind of thing."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from portal.core.actor import Actor
from portal.core.errors import NotFound

Check = Callable[[Connection, Actor, UUID], bool]


@dataclass(frozen=True)
class Subject:
    """A kind of thing that photos are of: may this actor add some to the one with this id, and see those it has; and
    whether it takes files beside photos."""

    can_add: Check
    can_see: Check
    files: bool


_subjects: dict[str, Subject] = {}


def register(subject: str, can_add: Check, can_see: Check, *, files: bool = False) -> None:
    """Let things called `subject` (at most 20 letters) have photos, and `files` too."""
    _subjects[subject] = Subject(can_add, can_see, files)


def must_add(conn: Connection, actor: Actor, subject: str, subject_id: UUID, *, file: bool) -> None:
    """Raises `NotFound` for whoever may not, and where no such kind of thing takes photos, or this `file`."""
    known = _subjects.get(subject)
    if known is None or (file and not known.files) or not known.can_add(conn, actor, subject_id):
        raise NotFound()


def must_see(conn: Connection, actor: Actor, subject: str, subject_id: UUID) -> None:
    """Raises `NotFound` for whoever may not."""
    known = _subjects.get(subject)
    if known is None or not known.can_see(conn, actor, subject_id):
        raise NotFound()
