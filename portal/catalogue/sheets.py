"""The catalogue as CSV, out and in. Pure: bytes to lines with their problems, and products to bytes.

A cell that a spreadsheet would take for a formula is led by an apostrophe, which is taken off again when it is read.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.catalogue.operations import Said
from portal.catalogue.queries import Product
from portal.core import money
from portal.core.errors import Invalid
from portal.core.i18n import N_, _
from portal.products.reading import clean_text, read_number, written

COLUMNS = (
    "product", "title", "sku", "times_made", "pieces", "currency", "unit_cost", "landed_cost", "retail_price", "margin",
    "margin_percent", "break_even",
)  # fmt: skip
MOST_LINES, LONGEST_SKU = 5000, 60
_BOM = "\ufeff"  # Excel takes a CSV without it for the machine's old encoding
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_SEPARATORS = (",", ";", "\t")  # Excel writes the one that its language does


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `plain` gives the same text again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """What a cell that `safe` has written says."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write(products: Iterable[Product]) -> bytes:
    """The catalogue in UTF-8 with a byte-order mark, a line for each product."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    for product in products:
        lines.writerow([safe(cell) for cell in _cells(product)])
    return (_BOM + out.getvalue()).encode()


def _cells(product: Product) -> list[str]:
    costs, retail = product.costs, product.retail_minor

    def amount(minor: int | None) -> str:
        return "" if minor is None else f"{money.major(minor, product.currency):f}"

    even = None if retail is None else costs.break_even(retail)
    return [
        str(product.number),
        product.title,
        product.sku,
        str(product.times),
        str(product.pieces),
        product.currency,
        amount(costs.variable // costs.pieces),
        amount(costs.landed),
        amount(retail),
        "" if retail is None else amount(costs.margin(retail)),
        "" if retail is None else written(costs.margin_percent(retail)),
        "" if even is None else str(even),
    ]


@dataclass
class Sheet:
    """What a file says: of which products what, and what is wrong with which line (1 is the file's first)."""

    said: list[Said] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read(body: bytes, products: Sequence[Product]) -> Sheet:
    """Retail prices and numbers (columns "retail_price", "sku") for the products named in "product". A column that is
    missing leaves what there is, an empty cell clears it. Raises `Invalid` where it is no such file."""
    lines, begun = reader(decoded(body)), 1
    sheet, known, seen = Sheet(), {str(product.number): product for product in products}, dict[str, int]()
    try:
        names = [clean_text(plain(name)).lower() for name in next(lines, [])]
        _check_names(names)
        begun = lines.line_num + 1
        for cells in lines:
            begun = lines.line_num + 1
            if any(map(clean_text, cells)):
                row = dict(zip(names, (clean_text(plain(cell)) for cell in cells), strict=False))
                _take(sheet, lines.line_num, row, known, seen)
            if len(seen) + len(sheet.problems) > MOST_LINES:
                raise Invalid(file=N_("The file has too many lines: %(most)d at most.", most=MOST_LINES))
    except csv.Error:
        raise unreadable(begun) from None
    if not (seen or sheet.problems):
        raise Invalid(file=N_("There is no line in this file."))
    return sheet


def unreadable(line: int) -> Invalid:
    """The refusal of a file whose line `line` does not end as it should."""
    return Invalid(
        file=N_(
            "The file can’t be read from line %(line)d on: a quotation mark is not closed, or stands in a cell.",
            line=line,
        )
    )


def reader(text: str) -> Any:
    """The text's lines as `csv` reads them, by whichever separator its first one has. Raises `csv.Error` where a
    quotation mark is not closed: the cells after it would be swallowed."""
    first = text.split("\n", 1)[0]
    return csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count), strict=True)


def decoded(body: bytes) -> str:
    """What a file says that Excel has saved, in Unicode or as it does in China. Raises `Invalid`."""
    marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # Excel's "Unicode text"
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):  # the last is what Excel saves in China
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(file=N_("This is not a CSV file."))


def _check_names(names: Sequence[str]) -> None:
    if "product" not in names or not {"sku", "retail_price"} & set(names):
        raise Invalid(
            file=N_("The first line must name the columns: product, and retail_price or sku. Download the file first.")
        )


def _take(sheet: Sheet, line: int, row: Mapping[str, str], known: Mapping[str, Product], seen: dict[str, int]) -> None:
    number = row.get("product", "")
    product = known.get(number)
    if product is None:
        sheet.problems.append((line, _("There is no product %(number)s in your catalogue.", number=number[:40] or "–")))
        return
    if number in seen:
        sheet.problems.append((line, _("This product stands in line %(line)d already.", line=seen[number])))
        return
    seen[number] = line
    try:
        sku = read_sku(row["sku"]) if "sku" in row else product.sku
        retail = read_price(row["retail_price"], product.currency) if "retail_price" in row else product.retail_minor
    except Invalid as problem:
        sheet.problems.append((line, str(problem.message)))
        return
    sheet.said.append(Said(product.id, sku, retail))


def read_price(text: str, currency: str) -> int | None:
    """A retail price as people write it in minor units; None for nothing. Raises `Invalid`."""
    if not text.strip():
        return None
    figure = read_number(text)
    if figure is None or figure <= 0:
        raise Invalid(N_("Write the retail price in figures, for example 128 or 12.50."))
    return money.parse(written(figure), currency)


def read_sku(text: str) -> str:
    """The creator's own number of a product. Raises `Invalid` when it is too long."""
    sku = clean_text(text)
    if len(sku) > LONGEST_SKU:
        raise Invalid(N_("Keep your number to %(longest)d characters.", longest=LONGEST_SKU))
    return sku
