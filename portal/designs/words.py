"""Why a file was refused, in words that say what to do about it. The codes are those of `intake.refused`."""

from typing import Any

from portal.core.i18n import N_
from portal.designs import formats

REFUSALS: dict[str, Any] = {
    "active_content": N_("It contains a script or a command. Export it again as a plain file, and it will be taken."),
    "archive_bomb": N_("This ZIP unpacks to far more than its size. Send the files one by one."),
    "archive_names": N_("Files in this ZIP have names that point outside of it. Pack it again."),
    "changed": N_("The file changed while it was being uploaded. Upload it again."),
    "empty": N_("The file is empty."),
    "encrypted": N_("It is protected by a password. Save it without one and upload it again."),
    "external": N_("It refers to a file that is not inside it (%(name)s). Embed everything and save it again."),
    "foreign_data": N_("Behind the picture lies another file. Save the picture again and upload that."),
    "macros": N_("It contains macros. Save it without them, as XLSX or DOCX, and send it again."),
    "misnamed": N_(
        "It is called .%(extension)s, but inside it is %(kind)s. Give it the right ending and send it again."
    ),
    "no_pdf_content": N_("Illustrator left its PDF part out. Save it again with “Create PDF Compatible File” ticked."),
    "no_preview": N_("Photoshop left its merged picture out. Save it again with “Maximize Compatibility” on."),
    "too_complex": N_("It takes too long or too much memory to open. Simplify it, or export it as PDF or TIFF."),
    "too_many_pixels": N_("It has %(megapixels)s million pixels; we take %(limit)s million at most. Make it smaller."),
    "truncated": N_("The end of the file is missing. Export it again and upload the new file."),
    "unreadable": N_("It cannot be opened. Save it again in the program it comes from and upload the new file."),
    "unsupported": N_("It is not a file that we can use. Send one of: %(formats)s."),
    "unsupported_kind": N_("We cannot use %(kind)s files. Send one of: %(formats)s."),
}


def too_many(most: int, *, files: bool) -> Any:
    """That more were chosen than `most`."""
    if files:
        return N_("Choose at most %(most)d photos and files.", most=most)
    return N_("Choose at most %(most)d photos.", most=most)


def refusal(stored: dict[str, Any], taken: str = formats.LABELS) -> str:
    """The words for `ArtworkFile.refusal` where formats called `taken` are; empty where nothing was refused."""
    if not stored:
        return ""
    return REFUSALS.get(stored["code"], REFUSALS["unreadable"]) % {**stored, "formats": taken}
