"""The papers of an order's money, as its creator gets them on its money page."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from tests.journeys import given
from tests.journeys.creators import GOOD, Creator
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey


def test_a_creator_downloads_invoice_and_receipt_and_checks_one(stage: Stage, arrive):
    order = given.order(stage, "papers@example.com")
    creator = arrive(Creator, order.creator)
    creator.sign_in()
    creator.open(order.path)
    creator.goes_to_pay()
    creator.pays(GOOD)
    stage.settled()
    creator.open(order.path)
    creator.press("Where every cent is now, with invoices and receipts")
    creator.finds(f"{order.path}/money", "Receipt")
    numbers = [row["number"] for row in stage.rows("select number from tax_paper where order_id = %s", order.id)]
    assert sorted(number[:2] for number in numbers) == ["PI", "RC"]
    for number in numbers:
        with creator.page.expect_download() as download:
            creator.page.locator("#papers").get_by_role("link", name=number).click()
        assert download.value.suggested_filename == f"{number}.pdf"
        pages = pypdfium2.PdfDocument(BytesIO(Path(download.value.path()).read_bytes()))
        words = pages[0].get_textpage().get_text_range()
        assert number in words
    address = words[words.index("/papers/") :].split()[0]
    creator.open(address)
    creator.reads("This paper is genuine")
