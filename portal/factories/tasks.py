"""What the worker does for factories: availability after an operator's step, the whole record once a day."""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from sqlalchemy import select

from portal.core import jobs
from portal.core.db import reader, transaction
from portal.core.events import Event
from portal.factories import standing
from portal.factories.models import Capability

_BATCH = 500  # factories in one transaction


@jobs.task("factories.refresh")
def refresh(event_id: str) -> None:
    """A factory was verified or suspended: may it be matched now?"""
    with transaction() as session:
        event = session.get(Event, UUID(event_id))
        if event is not None and event.factory_id is not None:
            standing.refresh(session, event.factory_id)


@jobs.every("40 3 * * *", "factories.refresh_all")
def refresh_all() -> None:
    """Measure every factory anew from what has happened, some at a time."""
    with transaction() as session:
        standing.measure_answers(session)
    for batch in _batches(iter(reader().scalars(select(Capability.factory_id).distinct()).all())):
        with transaction() as session:
            standing.refresh_each(session, batch)


def _batches(idents: Iterator[UUID]) -> Iterator[list[UUID]]:
    while batch := list(islice(idents, _BATCH)):
        yield batch
