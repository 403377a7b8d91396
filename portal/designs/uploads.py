"""An upload as the browser drives it: begin, ask for parts, say that it is whole, give up.

Each step writes its intent, commits, talks to the object store and records the outcome, so that a kill in between
leaves nothing that a repetition (or `tasks.sweep`) does not put right. Callers have asked `access`.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from portal.core.actor import Actor
from portal.core.db import transaction
from portal.core.errors import Gone, Invalid, Unavailable
from portal.core.i18n import N_
from portal.designs import formats, keys, operations, parts, storage
from portal.designs.lifecycle import FileStage

_MOST_SIGNED = 30  # parts for which permission is given at once


@dataclass(frozen=True)
class Announced:
    """What the browser says of a file it wants to send; `artwork_id` when it replaces one, `offered_for` when it is
    offered in place of one."""

    name: str
    size: int
    declared_type: str
    artwork_id: UUID | None = None
    offered_for: UUID | None = None


def media_type(name: str) -> str:
    """The Content-Type that the upload must have: ours by the name, never the browser's."""
    code = formats.of_name(name)
    return formats.FORMATS[code].media_type if code else "application/octet-stream"


def begin(actor: Actor, brief_id: UUID, announced: Announced) -> dict[str, Any]:
    """A new upload: {"id", "part_size" [bytes], "parts" [how many], "type"}. Raises what `operations.begin_file` does,
    and `Unavailable`."""
    with transaction() as session:
        file = operations.begin_file(
            session, brief_id, actor=actor, name=announced.name, size=announced.size,
            declared_type=announced.declared_type, artwork_id=announced.artwork_id, offered_for=announced.offered_for,
        )  # fmt: skip
    kind = media_type(file.name)
    if parts.count(file.size) > 1:
        _begin_multipart(actor, file.id, kind)
    return {"id": str(file.id), "part_size": parts.PART, "parts": parts.count(file.size), "type": kind}


def _begin_multipart(actor: Actor, file_id: UUID, kind: str) -> None:
    try:
        multipart_id = storage.begin_multipart(keys.upload_key(file_id), kind)
    except Unavailable:
        with transaction() as session:
            operations.abandon(session, file_id, actor=actor)
        raise
    with transaction() as session:
        operations.note_multipart(session, file_id, multipart_id)


def _must_be_open(file: Row[Any]) -> None:
    if file.stage != FileStage.UPLOADING:
        raise Gone(N_("This upload has ended. Choose the file again."))


def _arrived(file: Row[Any]) -> dict[int, tuple[int, str]]:
    if file.multipart_id is None:
        return {}
    return storage.arrived_parts(keys.upload_key(file.id), file.multipart_id)


def progress(file: Row[Any]) -> dict[str, Any]:
    """Where an interrupted upload stands: what `begin` says, and "missing", the numbers of the parts still to send.
    Raises `Gone`, `Unavailable`."""
    _must_be_open(file)
    missing = parts.missing(file.size, {number: size for number, (size, _etag) in _arrived(file).items()})
    return {
        "id": str(file.id), "part_size": parts.PART, "parts": parts.count(file.size), "type": media_type(file.name),
        "missing": missing,
    }  # fmt: skip


def sign(file: Row[Any], numbers: list[int]) -> dict[str, str]:
    """part number -> address to PUT it to. Raises `Gone`, and `Invalid` for parts that the file does not have."""
    _must_be_open(file)
    if not numbers or len(numbers) > _MOST_SIGNED:
        raise Invalid(N_("That is not a part of this file."))
    return {str(number): _address(file, number) for number in numbers}


def _address(file: Row[Any], number: int) -> str:
    try:
        size = parts.size_of(number, file.size)
    except ValueError:
        raise Invalid(N_("That is not a part of this file.")) from None
    key = keys.upload_key(file.id)
    if file.multipart_id is None:
        return storage.grant(key, size, media_type(file.name))
    return storage.grant_part(key, file.multipart_id, number, size)


def complete(actor: Actor, file: Row[Any]) -> list[int]:
    """Make the file whole and have it checked. Returns the numbers of parts that are missing: none when it is done.
    May be called again. Raises `Gone`, `Unavailable`; `Invalid` when what arrived is not what was announced."""
    if file.stage not in (FileStage.UPLOADING, FileStage.ABANDONED):
        return []
    _must_be_open(file)
    key = keys.upload_key(file.id)
    missing = _join(key, file)
    if missing:
        return missing
    try:
        stored = storage.arrived(key)
    except storage.Missing:
        return parts.missing(file.size, {})
    if stored.size != file.size:
        cancel(actor, file)
        raise Invalid(N_("What arrived is not the file that was announced. Choose it again."))
    with transaction() as session:
        operations.receive(session, file.id, actor=actor, etag=stored.etag)
    return []


def _join(key: str, file: Row[Any]) -> list[int]:
    if file.multipart_id is None:
        return []
    try:
        arrived = storage.arrived_parts(key, file.multipart_id)
        missing = parts.missing(file.size, {number: size for number, (size, _etag) in arrived.items()})
        if not missing:
            storage.complete_multipart(key, file.multipart_id, arrived)
        return missing
    except storage.Missing:  # joined before, by a request whose answer was lost, or this moment by another one
        return []


def cancel(actor: Actor, file: Row[Any]) -> None:
    """Give the upload up and forget what has arrived. Raises `NotAllowed` once the file is whole, `Unavailable`."""
    with transaction() as session:
        operations.abandon(session, file.id, actor=actor)
    key = keys.upload_key(file.id)
    if file.multipart_id is not None:
        storage.abort_multipart(key, file.multipart_id)
    storage.forget_arrived(key)
