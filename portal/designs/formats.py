"""The kinds of file that people send: what is taken, by content, as artwork and with a message, and what is not."""

from dataclasses import dataclass

from portal.core.errors import Invalid
from portal.core.i18n import N_, _

#: The largest file, in bytes, and the most pieces of artwork in one brief.
LARGEST = 1024**3
MOST_ARTWORKS = 20
#: The largest file that goes with a message, in bytes.
FILES_LARGEST = 50 * 1024**2


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
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
_OFFICE = (
    Format("xlsx", "Excel (XLSX)", ("xlsx",), f"{_OFFICE_TYPE}.spreadsheetml.sheet"),
    Format("docx", "Word (DOCX)", ("docx",), f"{_OFFICE_TYPE}.wordprocessingml.document"),
    Format("csv", "CSV", ("csv",), "text/csv"),
    Format("txt", "TXT", ("txt",), "text/plain"),
)
#: Every format that `intake` knows, by what it answers; it calls a CSV "txt".
KNOWN: dict[str, Format] = FORMATS | {made.code: made for made in _OFFICE}
#: What goes with a message as it is. A picture that every browser can open goes as a photo, which is made anew.
FILES: dict[str, Format] = {
    code: KNOWN[code]
    for code in (
        "pdf", "xlsx", "docx", "csv", "txt", "zip", "ai", "eps", "psd", "svg", "tiff", "step", "stl", "dst",
    )
}  # fmt: skip
#: (what a name claims, what is inside): an Illustrator file is PDF or PostScript inside, and a CSV is plain text.
_ALIKE = {("ai", "pdf"), ("ai", "eps"), ("pdf", "ai"), ("eps", "ai"), ("csv", "txt")}


def _accept(taken: dict[str, Format]) -> str:
    return ",".join(f".{extension}" for made in taken.values() for extension in made.extensions)


#: For the `accept` attribute of the file fields.
ACCEPT, FILES_ACCEPT = _accept(FORMATS), _accept(FILES)
#: For sentences: "PNG, JPEG, ...".
LABELS = ", ".join(made.label for made in FORMATS.values())
FILES_LABELS = ", ".join(code.upper() for code in FILES)


def extension(name: str) -> str:
    """The part of a file name after its last dot, lower case; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def of_name(name: str, taken: dict[str, Format] = FORMATS) -> str | None:
    """The code of the format, of those taken, that the name claims, or None."""
    return next((code for code, made in taken.items() if extension(name) in made.extensions), None)


def fits(claimed: str, kind: str) -> bool:
    """Whether a file whose name claims one format may be of this `kind` inside."""
    return claimed == kind or (claimed, kind) in _ALIKE


def claimed(name: str) -> str:
    """The code of the one of `FILES` that the name claims. Raises `Invalid` in words where it claims none."""
    code = of_name(name, FILES)
    if code is None and extension(name):
        raise _unusable(name, FILES_LABELS)
    if code is None:
        raise Invalid(N_("The name of the file does not end in its kind, such as .pdf. Give it the right ending."))
    return code


def check_announced(name: str, size: int) -> None:
    """Refuse before the first byte what would be refused after the last one. Raises `Invalid` in words."""
    if not name.strip(" ."):
        raise Invalid(N_("The file has no name."))
    if size < 1:
        raise Invalid(N_("The file is empty."))
    if size > LARGEST:
        raise Invalid(N_("The file is larger than 1 GB."))
    if extension(name) and of_name(name) is None:
        raise _unusable(name, LABELS)


def _unusable(name: str, taken: str) -> Invalid:
    words = _("We cannot use .%(extension)s files. Send one of: %(formats)s.")
    return Invalid(words % {"extension": extension(name)[:12], "formats": taken})
