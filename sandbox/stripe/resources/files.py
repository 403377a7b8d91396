"""Evidence for disputes, uploaded. https://docs.stripe.com/api/files"""

from typing import Any

from stripe.params import FileCreateParams, FileListParams, FileRetrieveParams

from sandbox.stripe.api import listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources.shape import blank

KIND = "file"
PURPOSE = "dispute_evidence"
LARGEST = 5 * 1024 * 1024
TYPES = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


def create(work: Work, params: dict[str, Any]) -> Body:
    """Take a file, whose content comes with the work."""
    if params["purpose"] != PURPOSE:
        raise StripeError(f"This stand-in takes files for the purpose `{PURPOSE}` only.", param="purpose")
    content = work.upload
    if not isinstance(params["file"], dict) or not content:
        raise StripeError("Invalid file: it must be sent as multipart/form-data, and not be empty.", param="file")
    if len(content) > LARGEST:
        raise StripeError("Invalid file: the maximum size for this purpose is 5 MB.", param="file")
    kind = next((name for start, name in TYPES.items() if content.startswith(start)), None)
    if kind is None:
        raise StripeError("Invalid file: only PDF, JPEG and PNG files are taken for this purpose.", param="file")
    file_id = new_id("file")
    taken = work.add(
        "file",
        blank(KIND)
        | {
            "id": file_id,
            "filename": params["file"]["filename"],
            "links": {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={file_id}"},
            "purpose": PURPOSE,
            "size": len(content),
            "type": kind,
            "url": f"{work.base_url}/v1/files/{file_id}/contents",
        },
    )
    work.db.execute("INSERT INTO contents (file, content) VALUES (?, ?)", (file_id, content))
    work.emit("file.created", taken)
    return taken


def of_evidence(work: Work, file_id: str, param: str) -> Body:
    """An uploaded file. Raises StripeError naming the parameter where there is none."""
    found = work.find(file_id)
    if found is None or found["object"] != KIND:
        raise StripeError(f"No such file upload: '{file_id}'", code="resource_missing", param=param)
    return found


def content(work: Work, file_id: str) -> bytes:
    """What is in a file."""
    work.get(KIND, file_id)
    return work.db.execute("SELECT content FROM contents WHERE file = ?", (file_id,)).fetchone()["content"]


def retrieve(work: Work, params: dict[str, Any], file_id: str) -> Body:
    """One file."""
    return work.get(KIND, file_id, "file")


def list_files(work: Work, params: dict[str, Any]) -> Body:
    """Files, newest first."""
    return listing.page(work, KIND, params, "/v1/files")


ENDPOINTS = (
    Endpoint(
        "POST", "/v1/files", FileCreateParams, create, "expand file.filename file.sha256 purpose", takes_file=True
    ),
    Endpoint("GET", "/v1/files", FileListParams, list_files),
    Endpoint("GET", "/v1/files/<id>", FileRetrieveParams, retrieve),
)
