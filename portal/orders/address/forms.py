"""Where the goods go."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from portal.core.forms import Form, Paragraphs, Words
from portal.core.i18n import N_


class AddressForm(Form):
    """As the carrier wants it on the label."""

    recipient = Words(N_("Recipient"), N_("A person or a firm."), required=True, longest=80)
    phone = Words(
        N_("Telephone"),
        N_("With the country's code: carriers call before they come."),
        required=True,
        longest=40,
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )
    street = Paragraphs(N_("Street, house and flat"), required=True, longest=200)
    postcode = Words(N_("Postcode"), longest=20)
    city = Words(N_("City"), required=True, longest=80)
    region = Words(N_("State or province"), longest=80)

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(data=told)

    def validate_phone(self, field: Words) -> None:
        """In narrow letters, as labels and carriers' machines want it."""
        field.data = unicodedata.normalize("NFKC", field.data or "")
