"""The forms on orders."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from portal.core.forms import Figure, Form, Words
from portal.core.i18n import N_


class AwardForm(Form):
    """Choosing a quote: exactly the revision and quantity that the page showed."""

    quote = HiddenField(validators=[InputRequired()])
    quantity = Figure(N_("Quantity"), required=True, low=1, high=1_000_000)
    agree = BooleanField(
        N_("I have read the terms and what the factory assumes, and I order on them."),
        [InputRequired(N_("Tick the box to order on these terms."))],
    )


class CancelForm(Form):
    reason = Words(N_("Why?"), N_("The other side reads this."), longest=300)


class FindForm(Form):
    number = Figure(N_("Number"), low=1, high=999_999_999)
