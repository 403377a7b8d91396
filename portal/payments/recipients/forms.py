"""What a factory's owner writes about where it is paid, and an operator about why they look."""

import re
import unicodedata
from typing import Any

from stdnum import iban
from wtforms import RadioField, SelectField, ValidationError

from portal.core.forms import Form, Paragraphs, Words
from portal.core.i18n import N_, _
from portal.payments.recipients import countries
from portal.payments.recipients.bank import BankDetails
from portal.payments.recipients.models import Schedule
from portal.payments.recipients.words import SCHEDULES

_NUMBER = re.compile(r"[0-9A-Z]{5,34}")
_CHINESE_NUMBER = re.compile(r"[0-9]{8,32}")
_CNAPS = re.compile(r"[0-9]{12}")
_SWIFT = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_AS_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class CountryForm(Form):
    """Where the factory's bank is."""

    country = SelectField(N_("Where is the bank account that you are paid to?"))

    def __init__(self, formdata: Any = None, *, country: str) -> None:
        super().__init__(formdata, data={"country": country})
        self.country.choices = countries.choices()


class Code(Words):
    """Letters and digits as banks write them: full-width ones, spaces and hyphens are read too."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = re.sub(r"[\s\-–]", "", unicodedata.normalize("NFKC", self.data or "")).upper()


class BankForm(Form):
    """Bank details, beside each field what is wrong with it."""

    holder = Words(
        N_("Account holder"), N_("The company's full name, letter for letter as the bank has it."), longest=140,
        required=True,
    )  # fmt: skip
    number = Code(N_("Account number"), longest=40, required=True, render_kw=_AS_CODE | {"inputmode": "numeric"})
    bank = Words(N_("Bank"), N_("For example 中国银行 or Bank of China."), longest=100, required=True)
    branch = Words(N_("Branch"), N_("With the city, as on your account opening permit."), longest=140, required=True)
    cnaps = Code(
        N_("CNAPS code"),
        N_("12 digits (联行号). Your bank's app or counter tells you."),
        longest=20,
        required=True,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    swift = Code(N_("SWIFT code"), N_("8 or 11 letters and digits."), longest=20, render_kw=_AS_CODE)
    address = Words(N_("Address of the account holder"), longest=200)

    def __init__(self, formdata: Any = None, *, country: str) -> None:
        super().__init__(formdata)
        self.bank_country = country
        if country == countries.CHINA:
            self.swift.description = N_("Needed for orders in another currency than yuan. 8 or 11 letters and digits.")
            self.address.description = N_("In English, for payments in foreign currency.")
        else:
            self.number.render_kw = _AS_CODE
            del self["cnaps"], self["branch"]

    @property
    def _chinese(self) -> bool:
        return self.bank_country == countries.CHINA

    def validate_number(self, field: Code) -> None:
        number = field.data or ""
        if self._chinese and not _CHINESE_NUMBER.fullmatch(number):
            raise ValidationError(_("Write the account number in figures: 8 to 32 of them."))
        if not _NUMBER.fullmatch(number):
            raise ValidationError(_("Write the account number or IBAN: 5 to 34 letters and digits."))
        own = not self._chinese and _IBAN.fullmatch(number) and number[:2] == self.bank_country
        if own and not iban.is_valid(number, check_country=False):
            raise ValidationError(_("This IBAN has a slip of the pen: its check digits don't fit."))

    def validate_cnaps(self, field: Code) -> None:
        if not _CNAPS.fullmatch(field.data or ""):
            raise ValidationError(_("A CNAPS code has 12 digits."))

    def validate_swift(self, field: Code) -> None:
        if not _SWIFT.fullmatch(field.data or ""):
            raise ValidationError(_("A SWIFT code has 8 or 11 letters and digits, for example BKCHCNBJ."))
        if self._chinese and (field.data or "")[4:6] != countries.CHINA:
            raise ValidationError(_("This SWIFT code is not of a bank in mainland China."))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        abroad = self.swift.data or not self._chinese
        if abroad and not self.address.data:
            self.address.errors = [_("Payments in foreign currency need the address.")]
        if not self._chinese and not self.swift.data:
            self.swift.errors = [_("This is needed.")]
        return fine and not (self.address.errors or self.swift.errors)

    @property
    def details(self) -> BankDetails:
        return BankDetails(country=self.bank_country, **self.data)


class ScheduleForm(Form):
    """How often the factory is paid."""

    schedule = RadioField(N_("How often"))

    def __init__(self, formdata: Any = None, *, schedule: Schedule) -> None:
        super().__init__(formdata, data={"schedule": schedule.value})
        self.schedule.choices = [(one.value, str(SCHEDULES[one])) for one in Schedule]


class ReasonForm(Form):
    """Why an operator needs the whole bank details."""

    why = Paragraphs(
        N_("What do you need them for?"), N_("The factory reads this, with your name and the time."), longest=300,
        required=True,
    )  # fmt: skip
