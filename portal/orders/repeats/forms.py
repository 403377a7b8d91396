"""The form of a reorder."""

from collections.abc import Sequence
from typing import Any

from wtforms import ValidationError

from portal.core.forms import Day, Figure, Form, Rows
from portal.core.i18n import N_, _
from portal.sourcing.brief_forms import MOST_QUANTITIES


class RepeatForm(Form):
    """How many this time, and by when."""

    quantities = Rows(
        Figure(N_("Quantity"), low=1, high=1_000_000),
        N_("Quantities"),
        min_entries=MOST_QUANTITIES,
        max_entries=MOST_QUANTITIES,
    )
    needed_by = Day(N_("Needed by"), N_("The day it must be with you. Leave it blank if there is no hurry."))

    def __init__(self, ordered: int, asked: Sequence[int], **more: Any) -> None:
        """Filled in with how many were `ordered` in the end, and with what was `asked` about before."""
        others = [quantity for quantity in asked if quantity != ordered]
        super().__init__(data={"quantities": sorted([ordered, *others][:MOST_QUANTITIES])}, **more)
        for number, field in enumerate(self.quantities, 1):
            field.label.text = _("Quantity %(n)d", n=number)
            field.flags.optional = False  # one of them is needed, so none is marked

    def validate_quantities(self, field: Rows) -> None:
        if len(field.entries) > MOST_QUANTITIES:
            raise ValidationError(_("At most four quantities."))
        if not self.wanted and not any(entry.errors for entry in field):
            raise ValidationError(_("Say how many pieces you want."))

    @property
    def wanted(self) -> list[int]:
        return [entry.data for entry in self.quantities if entry.data]
