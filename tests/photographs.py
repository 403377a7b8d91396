"""Photos for tests: rows of some that have arrived, without an object store; and a JPEG as a phone writes it."""

import hashlib
from typing import Any
from uuid import UUID

import pyvips
from pyvips import GValue
from sqlmodel import Session

from portal.core.actor import Actor
from portal.designs.lifecycle import PhotoStage
from portal.designs.models import Photo
from tests.designs.samples import picture


def ready(session: Session, subject: str, subject_id: UUID, actor: Actor, **fields: Any) -> str:
    """The id of a photo that the actor has uploaded to this subject ("order", "invitation") and the worker has made
    anew: what a form with photos sends. Its pictures are in no store."""
    made = Photo(
        subject=subject, subject_id=subject_id, uploaded_by=actor.person_id, factory_id=actor.factory_id,
        size=1000, width=1600, height=1200,
        **({"stage": PhotoStage.READY, "name": "IMG_0001.jpg", "etag": '"x"', "sha256": "0" * 64} | fields),
    )  # fmt: skip
    if "sha256" not in fields:
        made.sha256 = hashlib.sha256(made.id.bytes).hexdigest()
    session.add(made)
    session.flush()
    return str(made.id)


def phone_jpeg(width: int = 640, height: int = 480, *, turned: bool = False) -> bytes:
    """A JPEG with the place, the camera and a maker's note in its EXIF; `turned`: held upright, as the EXIF says."""
    image = picture(width, height).copy()
    for name, value in {
        "exif-ifd0-Make": "Pocketphone",
        "exif-ifd3-GPSLatitudeRef": "N",
        "exif-ifd3-GPSLatitude": "29/1 52/1 12/1",
        "exif-ifd3-GPSLongitudeRef": "E",
        "exif-ifd3-GPSLongitude": "121/1 33/1 7/1",
        "exif-ifd2-UserComment": "the back door is never locked",
    }.items():
        image.set_type(GValue.gstr_type, name, value)
    if turned:
        image.set_type(GValue.gint_type, "orientation", 6)
    return image.jpegsave_buffer(Q=90)


def exif(data: bytes) -> list[str]:
    """The names of the EXIF fields in a picture, and of any other notes beside its pixels."""
    image = pyvips.Image.new_from_buffer(data, "")
    return [name for name in image.get_fields() if name.startswith(("exif", "xmp", "iptc", "icc", "gainmap"))]
