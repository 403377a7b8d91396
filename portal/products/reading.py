"""From what a person typed to clean text and exact numbers. Pure: no words, no languages, no bounds."""

import re
import unicodedata
from decimal import Decimal

from portal.core.text import shows_something

LONGEST_NUMBER = 40  # characters; longer than any measure, short enough that no digits are counted for long
_BIDI_AND_BOM = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF])
_GROUPED = {sep: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(sep)}\d{{3}})+") for sep in ",. '"}
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")


def clean_text(raw: str, *, lines: bool = False) -> str:
    """`raw` without control, direction-override and unpaired surrogate characters, in NFC, trimmed.

    With `lines` the line breaks stay (as `\\n`, at most one blank line together); without, they become spaces.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = re.sub(r"[\t\v\f]" if lines else r"[\n\t\v\f]+", " ", text.translate(_BIDI_AND_BOM))
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    text = re.sub(r"\n{3,}", "\n\n", unicodedata.normalize("NFC", text)).strip()
    return text if shows_something(text) else ""


def read_number(raw: str, unit: str = "") -> Decimal | None:
    """The number that `raw` means, or None when it means none.

    Takes full-width digits, a decimal comma or point, thousands grouped by comma, point, space or apostrophe, the
    field's own `unit` behind it and a `±` before it. One comma before exactly three digits groups thousands
    ("1,200" is 1200), any other comma is a decimal one ("2,5" is 2.5); a single point is always decimal.
    """
    text = unicodedata.normalize("NFKC", raw[: LONGEST_NUMBER * 4]).translate(_TYPED_ALIKE).strip()
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)].rstrip()
    text = text.removeprefix("±").lstrip()
    if not text or len(text) > LONGEST_NUMBER:
        return None
    sign, digits = (text[0], text[1:].lstrip()) if text[0] in "+-" else ("", text)
    plain = sign + _without_groups(digits)
    # `\d` also means the digits of other scripts, which Decimal reads as well: "٣" is 3.
    return Decimal(plain) if _PLAIN.fullmatch(plain) else None


def _without_groups(digits: str) -> str:
    """`digits` with groups of thousands joined and a point for the decimal mark."""
    mark = max(digits.rfind(","), digits.rfind("."))
    if "," in digits and "." in digits:
        whole, fraction = digits[:mark], digits[mark + 1 :]
        separator = "," if digits[mark] == "." else "."
        return f"{_joined(whole, separator)}.{fraction}"
    if digits.count(".") == 1:
        whole, _point, fraction = digits.partition(".")
        return f"{_joined(whole, ' ')}.{fraction}"
    for separator in ",. '":
        if _GROUPED[separator].fullmatch(digits):
            return digits.replace(separator, "")
    if digits.count(",") == 1:
        whole, _comma, fraction = digits.partition(",")
        return f"{_joined(whole, ' ')}.{fraction}"
    return digits


def _joined(whole: str, separator: str) -> str:
    return whole.replace(separator, "") if _GROUPED[separator].fullmatch(whole) else whole


def written(number: Decimal | int | float) -> str:
    """`number` in plain figures, without exponent or idle zeros: Decimal('2.50') is '2.5'."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    text = format(exact, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


_TYPED_ALIKE = str.maketrans({"−": "-", "–": "-", "。": ".", "、": ",", "’": "'", "μ": "u", "°": ""})
