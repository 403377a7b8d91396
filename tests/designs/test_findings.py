"""What is said about artwork: thresholds, print sizes, and that every fact has its words."""

import pytest

from portal.designs import prints
from portal.designs.findings import effective_dpi, findings
from portal.products.findings import Severity


def codes(facts: dict, *size: float, **more: object) -> dict[str, Severity]:
    return {finding.code: finding.severity for finding in findings(facts, *size, **more)}


RASTER = {"kind": "png", "pixels": [1200, 800], "colours": ["RGB"]}
SCAN = {"kind": "pdf", "page_mm": [200, 100], "pages": 1, "image_ppi": 150, "pictures": 1, "vector": False}


@pytest.mark.parametrize(
    ("facts", "size", "dpi"),
    [
        (RASTER, (101.6, 67.733), 300),
        (RASTER, (101.6, 10), 2032),  # fitted inside: the height decides how small it becomes
        (RASTER, (203.2, 135.467), 150),
        (SCAN, (200, 100), 150),
        (SCAN, (100, 50), 300),
        ({"vector": True, "page_mm": [10, 10]}, (100, 100), None),
        (RASTER, None, None),
    ],
)
def test_effective_resolution(facts, size, dpi):
    found = effective_dpi(facts, size)
    assert found == (None if dpi is None else pytest.approx(dpi, rel=0.001))


def test_300_dpi_and_150_on_cloth(context):
    assert codes(RASTER, 101.6, 67.7)["sharp"] is Severity.INFO
    assert codes(RASTER, 102.1, 68.1)["soft"] is Severity.WARN
    assert "sharp" in codes(RASTER, 200, 133.3, least_dpi=150)
    assert "soft" in codes(RASTER, 205, 136.7, least_dpi=150)


def test_without_a_print_size_it_says_how_large_it_may_be(context):
    (first,) = (f for f in findings(RASTER) if f.code == "sharp_up_to")
    assert str(first.message) == "Sharp up to 101.6 × 67.7 mm (300 dpi)."
    assert "sharp_up_to" in codes(RASTER, 100, None)
    assert "vector" in codes({"vector": True, "page_mm": [10, 10]}, 100, 100)


def test_proportions(context):
    assert codes(RASTER, 60, 60)["proportions"] is Severity.WARN
    assert "proportions" not in codes(RASTER, 60, 40.5)


def test_colours_transparency_text_pages(context):
    assert codes({"colours": ["RGB", "CMYK"]})["colours_mixed"] is Severity.WARN
    assert {"colour_cmyk", "spots"} <= set(codes({"colours": ["CMYK"], "spots": ["PANTONE 485 C"]}))
    assert "alpha" in codes({"alpha": True})
    assert codes({"fonts_missing": ["Futura"], "fonts": ["Arial"]})["fonts_missing"] is Severity.WARN
    assert codes({"live_text": True})["live_text"] is Severity.WARN
    assert "fonts_embedded" in codes({"fonts": ["Arial"]})
    assert {"page", "pages"} <= set(codes({"page_mm": [210, 297], "pages": 3}))
    assert {"stitches"} <= set(codes({"stitches": 1200, "threads": 2}))


def test_a_file_that_is_called_otherwise(context):
    facts = {"kind": "jpeg"}
    assert codes(facts, name="logo.png")["misnamed"] is Severity.WARN
    for name in ("logo.jpg", "logo.JPEG", "logo", "logo.xyz"):
        assert "misnamed" not in codes(facts, name=name)
    assert "misnamed" not in codes({"kind": "ai"}, name="logo.pdf")
    assert "misnamed" not in codes({"kind": "eps"}, name="logo.ai")


def test_the_most_serious_comes_first(context):
    found = findings(RASTER, 500, 500)
    assert [f.severity for f in found] == sorted((f.severity for f in found), key=list(Severity).index)


def test_prints_of_a_spec():
    values = {
        "item": "tote_bag",
        "locations": [
            {"position": "front", "width": 200, "height": 100},
            {"position": "back", "width": 250, "height": 180},
            {"position": "inside"},
        ],
    }
    found = prints.of_spec("printed_goods", values)
    assert found.least_dpi == 150
    assert [(p.width, p.height) for p in found.placements] == [(200, 100), (250, 180)]
    assert found.of("locations-0").width == 200
    assert found.of("").width == 250, "nobody said which: the largest is the hardest"
    assert found.of("locations-7").width == 250
    assert prints.of_spec("printed_goods", {"item": "mug"}).least_dpi == 300
    assert prints.of_spec("plush", {}).least_dpi == 150
    assert prints.of_spec("", {}).of("") is None
