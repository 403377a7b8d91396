"""What people and browsers send about photos."""

from typing import Any
from uuid import UUID

from flask import request
from wtforms import Field, ValidationError

from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.designs import words
from portal.designs.forms import UNREADABLE


class PhotosField(Field):
    """The photos chosen with "designs/_photos.html": `data` is a list of ids, each once, at most `most`.

    `required` is True or the words that ask for one; with `files` there may be files among them. Whose they are and
    whether they have arrived is for `photos.taken` to say.
    """

    def __init__(
        self, label: Any, description: Any = "", *, most: int = 12, required: Any = False, files: bool = False,
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(label, description=description, **more)
        self.most, self.required, self.files = most, required, files

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(ident for ident in map(_ident, valuelist) if ident))

    def pre_validate(self, form: Any) -> None:
        if self.required and not self.data:
            asked = self.required if self.required is not True else _("Add at least one photo.")
            raise ValidationError(str(asked))
        if len(self.data) > self.most:
            raise ValidationError(str(words.too_many(self.most, files=self.files)))


def _ident(text: str) -> str:
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return ""


def announced() -> tuple[str, UUID, dict[str, Any]]:
    """(subject, its id, what `photo_operations.begin` wants to know) of this request's JSON {"subject", "subject_id",
    "name", "size", "file"?}. Raises `Invalid`."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid(UNREADABLE)
    subject, name, size = (body.get(key) for key in ("subject", "name", "size"))
    if not (isinstance(subject, str) and isinstance(name, str) and type(size) is int and abs(size) < 2**60):
        raise Invalid(UNREADABLE)
    try:
        said = {"name": name, "size": size, "file": body.get("file") is True}
        return subject, UUID(body.get("subject_id")), said
    except (ValueError, TypeError, AttributeError):
        raise Invalid(UNREADABLE) from None
