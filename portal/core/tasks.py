"""The worker's housekeeping: deadlines that pass, jobs whose worker died."""

import structlog

from portal.core import deadlines, jobs
from portal.core.db import transaction
from portal.core.errors import PortalError

log = structlog.get_logger()


@jobs.every("* * * * *", "core.tick")
def tick() -> None:
    """Do what every deadline asks for at this moment, each in a transaction of its own."""
    with transaction() as session:
        waiting = deadlines.next_due(session)
    for ident in waiting:
        try:
            with transaction() as session:
                deadlines.handle(session, ident)
        except PortalError as error:
            log.warning("deadline refused", deadline=str(ident), error=str(error))
