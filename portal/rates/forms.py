"""The form of a rate."""

from wtforms import SelectField

from portal.core.forms import Day, Form, Words
from portal.core.i18n import N_
from portal.core.money import CURRENCIES

_CHOICES = [(code, code) for code in CURRENCIES]


class RateForm(Form):
    """One unit of `base` is `value` of `counter`."""

    base = SelectField(N_("One unit of"), choices=_CHOICES, default="USD")
    value = Words(N_("is"), N_("With a point, for example 7.1234."), longest=24, required=True)
    counter = SelectField(N_("units of"), choices=_CHOICES, default="CNY")
    day = Day(N_("Day of the rate"), required=True)
    source = Words(N_("Source"), N_("Who published it, for example the ECB or the PBoC."), longest=200, required=True)
