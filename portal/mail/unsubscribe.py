"""One-click ends to optional emails (RFC 8058): a signed link that needs no signing in."""

from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from portal.core.errors import NotFound
from portal.core.web import absolute, settings


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().SECRET_KEY, salt="unsubscribe")


def unsubscribe_headers(person_id: UUID, event: str) -> dict[str, str]:
    """The headers by which a mail program offers 'unsubscribe' beside the sender."""
    link = absolute("mail.unsubscribe", token=_signer().dumps([str(person_id), event]))
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_token(token: str) -> tuple[UUID, str]:
    """(person, event) of a link of ours. Raises `NotFound` for anything else."""
    try:
        person, event = _signer().loads(token)
    except (BadSignature, ValueError):
        raise NotFound() from None
    return UUID(person), event
