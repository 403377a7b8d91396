"""The kinds of file that artwork comes in: what is taken, by content, and what is not."""

from dataclasses import dataclass

from portal.core.errors import Invalid
from portal.core.i18n import N_, _

#: The largest file, in bytes, and the most pieces of artwork in one brief.
LARGEST = 1024**3
MOST_ARTWORKS = 20


@dataclass(frozen=True)
class Format:
    """One kind of file. `code` is what `intake.sniff` answers."""

    code: str
    label: str
    extensions: tuple[str, ...]
    media_type: str


FORMATS: dict[str, Format] = {
    made.code: made
    for made in (
        Format("png", "PNG", ("png",), "image/png"),
        Format("jpeg", "JPEG", ("jpg", "jpeg"), "image/jpeg"),
        Format("webp", "WebP", ("webp",), "image/webp"),
        Format("tiff", "TIFF", ("tif", "tiff"), "image/tiff"),
        Format("svg", "SVG", ("svg",), "image/svg+xml"),
        Format("pdf", "PDF", ("pdf",), "application/pdf"),
        Format("ai", "Illustrator (AI)", ("ai",), "application/illustrator"),
        Format("eps", "EPS", ("eps",), "application/postscript"),
        Format("psd", "Photoshop (PSD)", ("psd", "psb"), "image/vnd.adobe.photoshop"),
        Format("step", "STEP", ("step", "stp"), "model/step"),
        Format("stl", "STL", ("stl",), "model/stl"),
        Format("dst", "DST", ("dst",), "application/x-dst"),
        Format("zip", "ZIP", ("zip",), "application/zip"),
    )
}
_BY_EXTENSION = {extension: made.code for made in FORMATS.values() for extension in made.extensions}

#: For the `accept` attribute of the file field.
ACCEPT = ",".join(f".{extension}" for extension in _BY_EXTENSION)
#: For sentences: "PNG, JPEG, ...".
LABELS = ", ".join(made.label for made in FORMATS.values())


def extension(name: str) -> str:
    """The part of a file name after its last dot, lower case; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def of_name(name: str) -> str | None:
    """The code of the format that the name claims, or None."""
    return _BY_EXTENSION.get(extension(name))


def check_announced(name: str, size: int) -> None:
    """Refuse before the first byte what would be refused after the last one. Raises `Invalid` in words."""
    if not name.strip(" ."):
        raise Invalid(N_("The file has no name."))
    if size < 1:
        raise Invalid(N_("The file is empty."))
    if size > LARGEST:
        raise Invalid(N_("The file is larger than 1 GB."))
    if extension(name) and of_name(name) is None:
        words = _("We cannot use .%(extension)s files. Send one of: %(formats)s.")
        raise Invalid(words % {"extension": extension(name)[:12], "formats": LABELS})
