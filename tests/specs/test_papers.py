"""The papers, read as a factory would: rendered to pixels, measured, and taken apart."""

import json
from datetime import UTC, datetime
from io import BytesIO

import numpy
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from portal.core.i18n import in_locale
from portal.products.present import bilingual_rows
from portal.products.registry import category
from portal.specs import papers
from portal.specs.typeset import Job, TypesettingFailed, typeset
from tests.specs.contents import EXAMPLES, content

DPI = 300


def paper(made: dict, *, assets: dict[str, bytes] | None = None, pictures: bool = False):
    job = Job(
        html=papers.spec_html(made),
        moment=datetime(2026, 12, 1, tzinfo=UTC),
        identifier="test",
        assets=assets or {},
        attachments={"XD-2007-A.json": papers.attachment(made)},
        pictures=pictures,
    )
    return typeset(job)


def words(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def drawn(app):
    """code -> (content, Paper) of each category, once."""
    with app.app_context():
        return {code: (made := content(code), paper(made, pictures=code == "plush")) for code in EXAMPLES}


@pytest.mark.parametrize("code", EXAMPLES)
def test_every_row_stands_in_both_languages(drawn, app, code: str):
    made, done = drawn[code]
    said = squeezed(words(done.pdf))
    with app.app_context():
        parts = bilingual_rows(category(code), made["values"], "en", assumptions=made["assumptions"])
    for part in parts:
        for row in part.rows:
            for text in (row.label_zh, row.label, row.text_zh, row.text):
                assert squeezed(text)[:24] in said, f"{row.path}: {text!r} is not on the paper"


@pytest.mark.parametrize("code", EXAMPLES)
def test_fifty_millimetres_measure_fifty_millimetres(drawn, code: str):
    made, done = drawn[code]
    if not category(code).placements(made["values"]):
        pytest.skip("nothing is printed at a place")
    expected = 50 / 25.4 * DPI
    bars = 0
    for page in pypdfium2.PdfDocument(BytesIO(done.pdf)):
        grey = numpy.asarray(page.render(scale=DPI / 72).to_pil().convert("L"))
        bars += sum(abs(run - expected) <= 2 for run in runs(grey < 90))
    assert bars >= 3, "no bar of 50 mm, a few pixels thick, is on any page"


def runs(dark: numpy.ndarray) -> list[int]:
    """The longest dark run of each pixel row."""
    found = []
    for row in dark:
        edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], row.view(numpy.int8), [0]))))
        found.append(int((edges[1::2] - edges[::2]).max()) if len(edges) else 0)
    return found


def test_the_same_content_gives_the_same_bytes(drawn, context):
    before = drawn["printed_goods"][1].pdf
    assert paper(content("printed_goods")).pdf == before
    assert paper(content("printed_goods", quantity=201)).pdf != before


def test_a_picture_of_each_page_comes_with_it_where_asked_for(drawn):
    done = drawn["plush"][1]
    assert len(done.pages) == len(pypdfium2.PdfDocument(BytesIO(done.pdf))) > 1
    assert {Image.open(BytesIO(page)).size for page in done.pages} == {(1240, 1754)}
    assert drawn["printed_goods"][1].pages == ()


def test_a_machine_finds_the_same_spec_attached(drawn):
    made, done = drawn["plush"]
    with pikepdf.open(BytesIO(done.pdf)) as pdf:
        attached = json.loads(pdf.attachments["XD-2007-A.json"].get_file().read_bytes())
    assert attached["content"]["values"] == made["values"]
    assert attached["content_sha256"] == papers.content_hash(made)
    assert attached["fields"]["markets"]["value"] == made["values"]["markets"]


def test_assumptions_are_marked_and_numbers_right(drawn):
    _made, done = drawn["printed_goods"]
    said = words(done.pdf)
    assert "工厂假设" in said
    assert "与样品一致" in said
    assert "$1,040.00" in said
    assert "XD-2007" in said


def test_what_was_written_beside_the_fields_is_on_the_paper(context):
    told = [{"question": "How long are the handles?", "answer": "60 cm,\nboth"}]
    made = content("printed_goods", description="A bag for the market.", answers=told, note="含两次打样。")
    said = words(paper(made).pdf)
    for text in ("备注与答复", "How long are the handles?", "60 cm,", "both", "A bag for the market.", "含两次打样。"):
        assert text in said
    made = content("printed_goods", note="")
    del made["answers"]  # as in specs that were frozen before they kept them
    assert "备注与答复" not in words(paper(made).pdf)


def test_glyphs_are_drawn_and_not_boxes(drawn, app):
    """Text that extracts right may still be printed wrong: the name's pixels must be those of the same font alone."""
    _made, done = drawn["plush"]
    page = pypdfium2.PdfDocument(BytesIO(done.pdf))[0]
    textpage = page.get_textpage()
    found = textpage.search("臭豆腐").get_next()
    assert found, "the Chinese name is not on the first page"
    left, bottom, right, top = textpage.get_charbox(found[0])
    grey = page.render(scale=4).to_pil().convert("L")
    height = page.get_height()
    box = [int(4 * v) for v in (left, height - top, right, height - bottom)]
    ink = numpy.asarray(grey.crop(box)) < 128
    assert 0.15 < ink.mean() < 0.75, "the glyph is a box or missing"
    assert len({tuple(row) for row in ink}) > 8, "the glyph is a plain box"


def test_emoji_are_drawn_as_such(context):
    drawn = pypdfium2.PdfDocument(BytesIO(paper(content("plush", description="A bear 🧸 for Ada.")).pdf))
    pages = ((page, page.get_textpage()) for page in drawn)
    page, text, (start, _count) = next((p, t, at) for p, t in pages if (at := t.search("A bear").get_next()))
    left, bottom, _right, top = text.get_charbox(start)
    line = [int(4 * v) for v in (left, page.get_height() - top, left + 120, page.get_height() - bottom)]
    colours = numpy.asarray(page.render(scale=4).to_pil().convert("RGB").crop(line)).astype(int)
    assert (abs(colours[..., 0] - colours[..., 2]) > 60).sum() > 200, "no brown bear in this line"


@pytest.mark.parametrize("nasty", ["<img src='file:///etc/passwd'>", "<link rel=attachment href='http://127.0.0.1/'>"])
def test_what_a_user_writes_fetches_nothing(context, nasty: str):
    made = content("plush")
    made = {**made, "values": {**made["values"], "description": nasty}, "title": nasty, "note": nasty}
    assert squeezed(nasty)[:20] in squeezed(words(paper(made).pdf))


def test_html_of_ours_that_fetched_would_be_refused(context):
    with pytest.raises(TypesettingFailed, match="may not fetch"):
        typeset(Job("<img src='file:///etc/passwd'>", datetime(2026, 1, 1, tzinfo=UTC), "x"))


def test_artwork_is_drawn_at_its_place(context):
    picture = BytesIO()
    Image.new("RGB", (250, 180), "#00a000").save(picture, "WEBP", lossless=True)
    file = {
        "name": "logo.png", "label": "", "placement": "locations-0", "revision": 1, "sha256": "cd" * 32, "type": "PNG",
        "size": 1000, "asset": "cd" * 32, "preview_key": "x",
    }  # fmt: skip
    done = paper(content("printed_goods", files=[file]), assets={"cd" * 32: picture.getvalue()})
    widths = []
    for page in pypdfium2.PdfDocument(BytesIO(done.pdf)):
        rgb = numpy.asarray(page.render(scale=DPI / 72).to_pil().convert("RGB")).astype(int)
        green = (rgb[..., 1] > 120) & (rgb[..., 0] < 60) & (rgb[..., 2] < 60)
        widths += [run / DPI * 25.4 for run in runs(green) if run]
    assert any(abs(width - 250 / 5) < 0.5 for width in widths), "on the bag with its handles, drawn 1:5"
    assert any(abs(width - 250 / 2) < 0.5 for width in widths), "alone, drawn 1:2"


def test_no_artwork_is_guessed(context):
    files = [
        {
            "name": f"{name}.png", "label": "", "placement": "", "revision": 1, "sha256": name * 64, "type": "PNG",
            "size": 1000, "asset": name * 64, "preview_key": "x",
        }
        for name in "ab"
    ]  # fmt: skip
    drawn = '<image x="'
    assert drawn in papers.spec_html(content("printed_goods", files=files[:1])), "the one file is the one print's"
    assert drawn not in papers.spec_html(content("printed_goods", files=files)), "either could be meant"


def test_chinese_readers_get_one_language(context):
    with in_locale("zh_Hans"):
        said = words(paper(content("plush", locale="zh_Hans")).pdf)
    assert "Requirement" not in said


def test_the_spec_says_which_tolerances_hold_where_it_says_none(context):
    made = content("printed_goods")
    assert "惯例公差" not in papers.spec_html(made), "specs of before there were any"
    usual = {path: list(found) for path, found in category("printed_goods").usual_tolerances.items()}
    html = papers.spec_html(made | {"usual_tolerances": usual})
    for words in ("惯例公差", "Usual tolerances", "± 3 %"):
        assert words in html
