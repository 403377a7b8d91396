"""What the worker does for messages: one letter for all that was missed in a thread."""

from portal.core import jobs
from portal.core.db import transaction
from portal.messages import operations


@jobs.every("*/2 * * * *", "messages.tell", queue="mail")
def tell() -> None:
    """Tell each side of what has waited there unread: one letter a thread, not one a message."""
    with transaction() as session:
        waiting = operations.untold(session)
    for side_id in waiting:
        with transaction() as session:
            operations.tell(session, side_id)
