"""What is attached: references into the object store, read when the email is sent."""

from typing import Any

from sqlmodel import Session

from portal.core.events import Event
from portal.specs.queries import current_pdf


def attachments_of(session: Session, event: Event) -> list[dict[str, Any]]:
    """The order's current production spec as [{"key", "filename", "type"}]; empty while there is none."""
    pdf = current_pdf(session, event.order_id) if event.order_id else None
    return [{"key": pdf.key, "filename": pdf.filename, "type": "application/pdf"}] if pdf else []
