"""The words of each paper, in both languages, as they stand in its PDF. Rewritten with `UPDATE_GOLDEN=1`."""

import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from portal.payments.papers import layout
from portal.payments.papers.models import TaxPaperKind
from portal.specs.typeset import Job, Paper, typeset
from tests.payments.papers.samples import HASH, paper

GOLDEN = Path(__file__).parent / "golden"
LONG = {
    "seller": {"name": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft Ltd.",
               "name_zh": "扬州市金针刺绣毛绒玩具礼品包装制品国际贸易股份有限责任公司第二分公司", "city": "Yangzhou",
               "province": "Jiangsu", "place_zh": "江苏扬州", "license_number": "91321000MA1XXXXX0X"},
    "buyer": {"name": "Maximiliane Charlotte von und zu Hohenstein-Wittelsbach-Lichtenberg", "city": "Llanfairpwllgwyn",
              "email": "maximiliane.charlotte.hohenstein-wittelsbach-lichtenberg@manufaktur.example.com",
              "region": "Ynys Môn", "postcode": "LL61 5UJ", "country": "GB"},
}  # fmt: skip
CASES = {
    "proforma_invoice.en": paper("proforma_invoice"),
    "proforma_invoice.jpy": paper("proforma_invoice", "JPY", **LONG),
    "proforma_invoice.zh_Hant.twd": paper("proforma_invoice", "TWD", "zh_Hant"),
    "receipt.zh_Hans.cny": paper("receipt", "CNY", "zh_Hans"),
    "receipt.unwanted": paper(
        "receipt",
        tax=None,
        lines=[{"what": "unwanted_double", "pieces": None, "unit_minor": None, "amount_minor": 661_860}],
    ),
    "credit_note.en": paper("credit_note", "EUR"),
    "credit_note.subsidy": paper(
        "credit_note",
        "HKD",
        tax=None,
        seller={"name": "Xiaodan 小单"},
        lines=[{"what": "refund_subsidy", "pieces": None, "unit_minor": None, "amount_minor": 100_000}],
    ),
    "commercial_invoice.en": paper("commercial_invoice"),
}


def made(said: dict[str, Any], *, pictures: bool = False) -> Paper:
    moment = datetime(2026, 12, 1, tzinfo=UTC)
    return typeset(Job(layout.html(said, HASH), moment, identifier=HASH, pictures=pictures))


def words(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(BytesIO(pdf)))


@pytest.mark.parametrize("name", CASES)
def test_a_paper_reads_as_it_did(context, name: str):
    found = words(made(CASES[name]).pdf).replace("\r\n", "\n")
    if os.environ.get("SHOW_PAPERS"):
        folder = Path(os.environ["SHOW_PAPERS"])
        for number, page in enumerate(made(CASES[name], pictures=True).pages, 1):
            (folder / f"{name}-{number}.webp").write_bytes(page)
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(found)
    assert found == golden.read_text(), f"{name} reads otherwise: look at it, then UPDATE_GOLDEN=1"


def test_every_kind_has_a_golden_text():
    assert {name.split(".")[0] for name in CASES} == {kind.value for kind in TaxPaperKind}


def test_a_paper_is_one_page_whatever_the_names(context):
    for name in ("proforma_invoice.jpy", "receipt.zh_Hans.cny"):
        assert len(pypdfium2.PdfDocument(BytesIO(made(CASES[name]).pdf))) == 1


def test_the_yen_has_no_decimals_and_the_yuan_two(context):
    assert "2,206,200 JPY" in words(made(CASES["proforma_invoice.jpy"]).pdf)
    assert "22,062.00 TWD" in words(made(CASES["proforma_invoice.zh_Hant.twd"]).pdf)
    assert "6,618.60 CNY" in words(made(CASES["receipt.zh_Hans.cny"]).pdf)


def test_the_same_content_is_the_same_paper(context):
    assert made(CASES["receipt.zh_Hans.cny"]).pdf == made(CASES["receipt.zh_Hans.cny"]).pdf


def test_the_code_leads_to_the_page_that_checks_it(context):
    assert f"/papers/PI-2026-000123/{HASH[:16]}" in words(made(CASES["proforma_invoice.en"]).pdf)
