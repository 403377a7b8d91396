"""How an artwork file comes in, one revision of a piece of artwork, and how a photo does: from the first byte to the
last check."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.lifecycle import Lifecycle, Step

#: A visitor without an account uploads to a draft by the portal's own hand (WORKER): see `operations.hand_of`.
UPLOADER, WORKER = frozenset({Role.CREATOR, Role.WORKER}), frozenset({Role.WORKER})


class FileStage(StrEnum):
    UPLOADING = "uploading"
    UPLOADED = "uploaded"  # whole in the object store, nobody has looked into it yet
    CHECKING = "checking"
    READY = "ready"
    REJECTED = "rejected"
    ABANDONED = "abandoned"  # cancelled, or left unfinished for too long


#: Stages in which something will happen without anyone's doing.
PENDING = frozenset({FileStage.UPLOADED, FileStage.CHECKING})

_F = FileStage

ARTWORK_FILE = Lifecycle(
    "artwork_file",
    FileStage,
    (
        Step(
            "receive",
            by=UPLOADER,
            source=frozenset({_F.UPLOADING}),
            target=_F.UPLOADED,
            event="artwork_uploaded",
            label=N_("Finish the upload"),
            said=N_("Artwork uploaded"),
            then=("designs.inspect",),
        ),
        Step(
            "check",
            by=WORKER,
            source=frozenset({_F.UPLOADED}),
            target=_F.CHECKING,
            event="artwork_check_started",
            label=N_("Check the file"),
            said=N_("Artwork being checked"),
        ),
        Step(
            "accept",
            by=WORKER,
            source=frozenset({_F.CHECKING}),
            target=_F.READY,
            event="artwork_ready",
            label=N_("Accept the file"),
            said=N_("Artwork checked and kept"),
        ),
        Step(
            "reject",
            by=WORKER,
            source=frozenset({_F.CHECKING}),
            target=_F.REJECTED,
            event="artwork_rejected",
            label=N_("Reject the file"),
            said=N_("Artwork file not usable"),
        ),
        Step(
            "copy",
            by=UPLOADER,
            source=frozenset({_F.UPLOADING}),
            target=_F.READY,
            event="artwork_copied",
            label=N_("Copy the file"),
            said=N_("Artwork taken over from an earlier brief"),
        ),
        Step(
            "abandon",
            by=UPLOADER,
            source=frozenset({_F.UPLOADING}),
            target=_F.ABANDONED,
            event="artwork_upload_abandoned",
            label=N_("Cancel the upload"),
            said=N_("Upload given up"),
        ),
    ),
)


class PhotoStage(StrEnum):
    UPLOADING = "uploading"
    CHECKING = "checking"  # whole in the object store, and soon made anew
    READY = "ready"
    REJECTED = "rejected"


_P = PhotoStage

PHOTO = Lifecycle(
    "photo",
    PhotoStage,
    (
        Step(
            "receive",
            by=frozenset({Role.CREATOR, Role.FACTORY}),
            source=frozenset({_P.UPLOADING}),
            target=_P.CHECKING,
            event="photo_uploaded",
            label=N_("Finish the upload"),
            said=N_("Photo uploaded"),
            then=("designs.remake_photo",),
        ),
        Step(
            "accept",
            by=WORKER,
            source=frozenset({_P.CHECKING}),
            target=_P.READY,
            event="photo_ready",
            label=N_("Accept the photo"),
            said=N_("Photo kept"),
        ),
        Step(
            "reject",
            by=WORKER,
            source=frozenset({_P.CHECKING}),
            target=_P.REJECTED,
            event="photo_rejected",
            label=N_("Reject the photo"),
            said=N_("Photo not usable"),
        ),
    ),
)
