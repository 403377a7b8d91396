"""What people and browsers send about artwork."""

from typing import Any
from uuid import UUID

from flask import request
from wtforms import SelectField

from portal.core.errors import Invalid
from portal.core.forms import Form, Words
from portal.core.i18n import N_
from portal.designs.uploads import Announced
from portal.products.papers import DOCUMENT_KINDS

UNREADABLE = N_("This page and the portal no longer fit together. Load the page again.")


class DescribeForm(Form):
    """What a piece of artwork is and where it goes, or which document it is instead."""

    label = Words(N_("What is it?"), longest=80)
    placement = SelectField(N_("Where is it printed?"), default="")
    document = SelectField(N_("Is it a document?"), choices=[("", ""), *DOCUMENT_KINDS], default="")


def describe(paths: list[str]) -> DescribeForm:
    """The form as it was sent; the place must be one of the spec's `paths`, or empty."""
    form = DescribeForm()
    form.placement.choices = [(path, path) for path in ("", *paths)]
    for chosen in (form.placement, form.document):
        chosen.data = chosen.data or ""
    return form


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid(UNREADABLE)
    return body


def offers() -> bool:
    """Whether this request is about a file that is offered in place of another."""
    return "offer" in request.args


def announced() -> Announced:
    """The JSON {"name", "size", "type"?, "artwork"?} of this request and its ?offer=. Raises `Invalid`."""
    body = _body()
    name, size, artwork = body.get("name"), body.get("size"), body.get("artwork")
    if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool) or abs(size) > 2**60:
        raise Invalid(UNREADABLE)
    try:
        offered_for = UUID(request.args["offer"]) if offers() else None
        return Announced(name, size, str(body.get("type") or ""), UUID(artwork) if artwork else None, offered_for)
    except (ValueError, TypeError, AttributeError):
        raise Invalid(UNREADABLE) from None


def part_numbers() -> list[int]:
    """The JSON {"parts": [1, 2, ...]} of this request. Raises `Invalid`."""
    numbers = _body().get("parts")
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        raise Invalid(UNREADABLE)
    return numbers
