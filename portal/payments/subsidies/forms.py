"""The form of a month's budget."""

from typing import Any

from wtforms import SelectField

from portal.core.forms import Amount, Form
from portal.core.i18n import N_
from portal.core.money import CURRENCIES


class BudgetForm(Form):
    currency = SelectField(N_("Currency"), choices=[(code, code) for code in CURRENCIES])
    monthly = Amount(N_("For each month"), required=N_("Write an amount; 0 if nothing may be given."))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.monthly.currency = self.currency.data if self.currency.data in CURRENCIES else CURRENCIES[0]
