"""What an artwork file's objects are called in the object store. Nothing a user says is part of a key."""

from uuid import UUID

#: Longest sides of the pictures made of a file, in pixels.
PREVIEW_SIDES = (320, 900, 1600)


def upload_key(file_id: UUID) -> str:
    """Where the browser may write this file, in the inbox bucket."""
    return f"uploads/{file_id}"


def file_key(file_id: UUID, sha256: str) -> str:
    """Where the checked file is kept for ever, in the files bucket: other bytes get another key."""
    return f"files/{sha256}/{file_id}"


def preview_key(file_id: UUID, longest: int) -> str:
    """The picture of a checked file whose longest side is at most `longest` pixels, in the files bucket."""
    return f"previews/{file_id}/{longest}.webp"


#: Longest sides of the two pictures that are kept of a photo, in pixels: for rows of them, and for looking closely.
PHOTO_SIDES = (320, 1600)


def photo_key(photo_id: UUID, sha256: str, longest: int) -> str:
    """A kept picture of a photo, in the files bucket. `sha256` is the large one's: other bytes get another key."""
    return f"photos/{sha256}/{photo_id}-{longest}.webp"
