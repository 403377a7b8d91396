"""The catalogue as CSV: what goes out comes back, no cell is a formula, and what is wrong is told by its line."""

import csv
import io
from uuid import UUID

import pytest

from portal.catalogue import sheets
from portal.catalogue.queries import Product
from portal.catalogue.sums import Sums
from portal.core.errors import Invalid


def product(number: int = 2007, **changes) -> Product:
    whole = Product(
        UUID(int=number), number, UUID(int=number), "Cup holder", "Works", "", 1, 100, "CNY",
        Sums(100, 500_000, 390_000), "CH-1", 12800,
    )  # fmt: skip
    return whole._replace(**changes)


def lines(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_what_is_written():
    body = sheets.write([product()])
    assert body.startswith(b"\xef\xbb\xbf"), "Excel reads it as UTF-8 by that"
    assert lines(body) == [
        {
            "product": "2007", "title": "Cup holder", "sku": "CH-1", "times_made": "1", "pieces": "100",
            "currency": "CNY", "unit_cost": "50.00", "landed_cost": "89.00", "retail_price": "128.00",
            "margin": "39.00", "margin_percent": "30.5", "break_even": "50",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 341", "-5", "@SUM(A1)", "\tx", "\rx", "'=1+1", "''=1", "＝1", "'quoted'", "plain", "", "a=b"]
)
def test_no_cell_is_a_formula_and_all_come_back(text: str):
    written = sheets.safe(text)
    assert not written or written[0] not in "=+-@\t\r\n＝＋－＠"
    assert sheets.plain(written) == text


def test_every_cell_of_the_file_is_safe_and_read_back():
    nasty = product(title='=HYPERLINK("http://x")', sku="@cmd|' /C calc'!A0", retail_minor=1)
    body = sheets.write([nasty])
    assert all(not cell or cell[0] not in "=+-@" for row in lines(body) for cell in row.values())
    [said] = sheets.read(body, [nasty]).said
    assert (said.sku, said.retail_minor) == (nasty.sku, 1)


@pytest.mark.parametrize(
    ("text", "retail"),
    [("128", 12800), ("12.50", 1250), ('"12,50"', 1250), ('"1,280.00"', 128000), ("１２８", 12800), ("", None)],
)
def test_prices_are_read_as_people_write_them(text: str, retail: int | None):
    sheet = sheets.read(f"product,retail_price\n2007,{text}\n".encode(), [product()])
    assert [(s.retail_minor, s.sku) for s in sheet.said] == [(retail, "CH-1")]
    assert sheet.problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_excel_saves_is_read(encoding: str, separator: str):
    body = separator.join(("product", "title", "sku")) + "\r\n" + separator.join(("2007", "杯架", "杯-1")) + "\r\n"
    [said] = sheets.read(body.encode(encoding), [product()]).said
    assert (said.sku, said.retail_minor) == ("杯-1", 12800), "a column that is missing leaves what there is"


def test_bad_lines_are_told_and_good_ones_kept(context):
    body = (
        "product,sku,retail_price\n2007,A,12\n9999,B,12\n2008,C,twelve\n\n2007,D,13\n2009,E,-5\n2010,F,0.001\n"
        f"2011,{'x' * 61},5\n2012,G,0\n"
    )
    sheet = sheets.read(body.encode(), [product(number) for number in range(2007, 2013)])
    assert [said.sku for said in sheet.said] == ["A"]
    assert [line for line, _words in sheet.problems] == [3, 4, 6, 7, 8, 9, 10]
    assert "9999" in sheet.problems[0][1]
    assert "line 2" in sheet.problems[2][1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"sku,retail_price\nA,1\n",
        b"product,title\n2007,x\n",
        b"\x00\x01",
        b"\xff\xfe\xff",
        b"product;sku\n2007,\x00",
        b"\xff\xfe\x00\xd8p\x00",
        b"product,sku\n",
        b"product,sku\n,\n",
    ],
)
def test_what_is_no_such_file_is_refused(body: bytes):
    with pytest.raises(Invalid) as refused:
        sheets.read(body, [product()])
    assert "file" in refused.value.fields


@pytest.mark.parametrize("cell", ['"A', 'A,"12\n2008,B,13', '"A"B'])
def test_a_quotation_mark_that_swallows_lines_is_told_by_its_line(cell: str):
    with pytest.raises(Invalid) as refused:
        sheets.read(f"product,sku,retail_price\n2007,{cell}\n".encode(), [product(), product(2008)])
    assert "quotation mark" in str(refused.value.fields["file"])
    assert "line 2" in str(refused.value.fields["file"])


def test_a_file_without_end_is_refused():
    body = "product,sku\n" + "1,x\n" * (sheets.MOST_LINES + 2)
    with pytest.raises(Invalid):
        sheets.read(body.encode(), [product()])
