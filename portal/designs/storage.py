"""The object store (S3): what browsers may do with it, and what the portal does itself. The only importer of boto3.

Two buckets. Browsers write into the inbox, to one key, one size and one type each, and nothing is served from there.
The worker writes into the files bucket, which is served by signed addresses only. Every function that goes over the
network raises `Unavailable` when the store does not answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from portal.core import clock
from portal.core.config import Settings
from portal.core.errors import Gone, Unavailable
from portal.core.i18n import N_
from portal.core.lazy import lazy
from portal.designs import names, parts
from portal.designs.signing import Signer

_GRANT = 3600  # seconds that a permission to write lasts
_LINK = 3 * 3600  # seconds that a permission to read lasts; it is up to an hour old when it is given
# Most web processes only sign addresses, which needs none of these.
boto3, config, errors = lazy("boto3"), lazy("botocore.config"), lazy("botocore.exceptions")
_CHUNK = 1024 * 1024
_settings: Settings
_MISSING = {"NoSuchKey", "NoSuchUpload", "NotFound", "404"}
_DOWN = N_("Files cannot be reached just now. Nothing is lost; try again in a minute.")


class Missing(Gone):
    """The store has no such object or upload."""


@dataclass(frozen=True)
class Stored:
    """What the store says of an object: bytes and ETag."""

    size: int
    etag: str


def configure(settings: Settings) -> None:
    """Say which store to use. Reaches nothing."""
    global _settings
    _settings = settings
    _client.cache_clear()
    _signer.cache_clear()
    _link.cache_clear()


@cache
def _client(read_timeout: int) -> Any:
    return boto3.Session().client(  # the shared session must not make two clients at the same moment
        "s3",
        endpoint_url=_settings.S3_ENDPOINT,
        region_name=_settings.S3_REGION,
        aws_access_key_id=_settings.S3_ACCESS_KEY,
        aws_secret_access_key=_settings.S3_SECRET_KEY,
        config=config.Config(
            connect_timeout=2,
            read_timeout=read_timeout,
            retries={"total_max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def _quick() -> Any:
    """For requests that somebody waits for."""
    return _client(8)


def _patient() -> Any:
    """For the worker."""
    return _client(60)


@cache
def _signer() -> Signer:
    s = _settings
    return Signer(s.S3_ENDPOINT, s.S3_REGION, s.S3_ACCESS_KEY, s.S3_SECRET_KEY)


@contextmanager
def _speaking() -> Iterator[None]:
    """Turn the store's errors into ours."""
    try:
        yield
    except errors.ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise Missing(N_("The file is no longer there.")) from error
        raise Unavailable(_DOWN) from error
    except errors.BotoCoreError as error:
        raise Unavailable(_DOWN) from error


# --- What browsers may do ---------------------------------------------------------------------


def begin_multipart(key: str, media_type: str) -> str:
    """Begin an upload in parts into the inbox; returns the store's name for it."""
    with _speaking():
        made = _quick().create_multipart_upload(Bucket=_settings.S3_BUCKET_INBOX, Key=key, ContentType=media_type)
    return made["UploadId"]


def grant(key: str, size: int, media_type: str) -> str:
    """The address to PUT the whole object to, with this size in bytes and this Content-Type. Reaches nothing."""
    headers = {"content-length": str(size), "content-type": media_type}
    return _signer().sign("PUT", _settings.S3_BUCKET_INBOX, key, at=clock.now(), seconds=_GRANT, headers=headers)


def grant_part(key: str, multipart_id: str, number: int, size: int) -> str:
    """The address to PUT part `number` (1 is the first) to, with this size in bytes. Reaches nothing."""
    query = {"partNumber": str(number), "uploadId": multipart_id}
    return _signer().sign(
        "PUT", _settings.S3_BUCKET_INBOX, key, at=clock.now(), seconds=_GRANT, query=query,
        headers={"content-length": str(size)},
    )  # fmt: skip


def arrived_parts(key: str, multipart_id: str) -> dict[int, tuple[int, str]]:
    """number -> (size, ETag) of the parts that have arrived. Raises `Missing` when the upload has ended."""
    with _speaking():
        pages = _quick().get_paginator("list_parts")
        found = pages.paginate(Bucket=_settings.S3_BUCKET_INBOX, Key=key, UploadId=multipart_id)
        return {p["PartNumber"]: (p["Size"], p["ETag"]) for page in found for p in page.get("Parts", ())}


def complete_multipart(key: str, multipart_id: str, arrived: dict[int, tuple[int, str]]) -> None:
    """Make one object of the parts."""
    pieces = [{"PartNumber": number, "ETag": arrived[number][1]} for number in sorted(arrived)]
    with _speaking():
        _quick().complete_multipart_upload(
            Bucket=_settings.S3_BUCKET_INBOX, Key=key, UploadId=multipart_id, MultipartUpload={"Parts": pieces}
        )


def abort_multipart(key: str, multipart_id: str) -> None:
    """Forget an upload and its parts. Does nothing when it has ended."""
    try:
        with _speaking():
            _quick().abort_multipart_upload(Bucket=_settings.S3_BUCKET_INBOX, Key=key, UploadId=multipart_id)
    except Missing:
        return


def arrived(key: str) -> Stored:
    """What lies in the inbox at `key`. Raises `Missing`."""
    with _speaking():
        head = _quick().head_object(Bucket=_settings.S3_BUCKET_INBOX, Key=key)
    return Stored(head["ContentLength"], head["ETag"])


# --- What the worker does ---------------------------------------------------------------------


def fetch_arrived(key: str, etag: str, into: BinaryIO) -> Iterator[bytes]:
    """Copy the inbox object that has this ETag into a file, yielding each piece. Raises `Missing` where it is gone or
    another one has taken its place."""
    try:
        with _speaking():
            body = _patient().get_object(Bucket=_settings.S3_BUCKET_INBOX, Key=key, IfMatch=etag)["Body"]
            for chunk in body.iter_chunks(_CHUNK):
                into.write(chunk)
                yield chunk
    except Unavailable as error:
        cause = error.__cause__
        if isinstance(cause, errors.ClientError) and cause.response["Error"]["Code"] in ("PreconditionFailed", "412"):
            raise Missing(N_("The file was changed after it was uploaded.")) from error
        raise


def put_file(key: str, path: Path, media_type: str) -> None:
    """Store a local file at `key` of the files bucket."""
    store = _patient()
    limits = {"multipart_threshold": parts.PART, "multipart_chunksize": parts.PART, "max_concurrency": 2}
    transfer = boto3.s3.transfer.TransferConfig(**limits)
    with _speaking():
        store.upload_file(
            str(path), _settings.S3_BUCKET_FILES, key, ExtraArgs={"ContentType": media_type}, Config=transfer
        )


def put(key: str, data: bytes, media_type: str) -> None:
    """Store bytes at `key` of the files bucket."""
    with _speaking():
        _patient().put_object(Bucket=_settings.S3_BUCKET_FILES, Key=key, Body=data, ContentType=media_type)


def get(key: str) -> bytes:
    """The bytes at `key` of the files bucket. Raises `Missing`."""
    with _speaking():
        return _patient().get_object(Bucket=_settings.S3_BUCKET_FILES, Key=key)["Body"].read()


def forget_arrived(*keys: str) -> None:
    """Remove objects from the inbox; those that are gone already do not matter."""
    _delete(_settings.S3_BUCKET_INBOX, keys)


def forget(*keys: str) -> None:
    """Remove objects from the files bucket; those that are gone already do not matter."""
    _delete(_settings.S3_BUCKET_FILES, keys)


def _delete(bucket: str, keys: tuple[str, ...]) -> None:
    with _speaking():
        for key in keys:
            _patient().delete_object(Bucket=bucket, Key=key)


def lying_in_inbox(before: datetime) -> Iterator[str]:
    """The keys of inbox objects that arrived before this moment."""
    with _speaking():
        for page in _patient().get_paginator("list_objects_v2").paginate(Bucket=_settings.S3_BUCKET_INBOX):
            yield from (item["Key"] for item in page.get("Contents", ()) if item["LastModified"] < before)


def unfinished_multiparts(before: datetime) -> Iterator[tuple[str, str]]:
    """(key, the store's name) of uploads in parts that began before this moment and never ended."""
    with _speaking():
        pages = _patient().get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=_settings.S3_BUCKET_INBOX):
            yield from ((up["Key"], up["UploadId"]) for up in page.get("Uploads", ()) if up["Initiated"] < before)


# --- What browsers are served -----------------------------------------------------------------


def link(key: str, filename: str, *, media_type: str = "application/octet-stream", inline: bool = False) -> str:
    """An address from which a browser gets the object at `key` of the files bucket as a download called `filename`
    (or shows it, with `inline`: only what the portal itself has made). Good for two to three hours; the same for
    everybody within one hour, so that it can be cached. Reaches nothing. Who may have it is the caller's question."""
    return _link(key, filename, media_type, inline, clock.now().replace(minute=0, second=0, microsecond=0))


@lru_cache(2048)
def _link(key: str, filename: str, media_type: str, inline: bool, hour: datetime) -> str:
    query = {
        "response-content-disposition": names.disposition(filename, inline=inline),
        "response-content-type": media_type,
        "response-cache-control": f"private, max-age={_LINK - 3600}, immutable",
    }
    return _signer().sign("GET", _settings.S3_BUCKET_FILES, key, at=hour, seconds=_LINK, query=query)
