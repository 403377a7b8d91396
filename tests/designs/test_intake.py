"""What comes of files, good and hostile, in the real process that opens them."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
import pyvips
from PIL import Image

from portal.designs import examine as examining
from portal.designs import formats, words
from portal.designs.examine import Examined, examine
from portal.designs.findings import findings
from tests.designs import samples

WITHOUT_PICTURE = {"step", "stl", "dst", "zip"}


def look(tmp_path: Path, name: str, data: bytes) -> Examined:
    folder = tmp_path / "out"
    folder.mkdir()
    return examine(samples.write(tmp_path, name, data), folder)


@pytest.mark.parametrize("name", samples.GOOD)
def test_every_format_is_known_by_its_content(tmp_path, name):
    found = look(tmp_path, "without-a-name", samples.GOOD[name]())
    assert not found.refused
    kind = formats.FORMATS[formats.of_name(name)]
    assert found.facts["kind"] == kind.code
    assert bool(found.previews) == (kind.code not in WITHOUT_PICTURE)


@pytest.mark.parametrize("name", [name for name in samples.GOOD if formats.of_name(name) not in WITHOUT_PICTURE])
def test_previews_are_new_pictures_of_the_right_size(tmp_path, name):
    found = look(tmp_path, name, samples.GOOD[name]())
    for preview in found.previews:
        image = pyvips.Image.new_from_file(str(tmp_path / "out" / f"{preview['longest']}.webp"))
        assert [image.width, image.height] == [preview["width"], preview["height"]]
        assert max(image.width, image.height) <= preview["longest"]
        assert image.interpretation == "srgb"
        assert image.deviate() > 0 or name.endswith(("psd", "psb"))  # something is to be seen


@pytest.mark.parametrize("name", samples.HOSTILE)
def test_hostile_files_are_refused_in_words(tmp_path, name, context, monkeypatch):
    if name in samples.ENDLESS:
        monkeypatch.setattr(examining, "PROCESSOR_SECONDS", 8)
    make, codes = samples.HOSTILE[name]
    found = look(tmp_path, name, make())
    assert found.refused.get("code") in codes, found
    assert set(found.refused) - {"code"} <= {"kind", "name", "megapixels", "limit"}
    assert len(words.refusal(found.refused)) > 15
    json.dumps(found.refused)


@pytest.mark.parametrize(
    ("make", "facts"),
    [
        (samples.png, {"pixels": [1200, 800], "dpi": 300, "colours": ["RGB"], "bits": 8, "alpha": False}),
        (samples.png_alpha, {"alpha": True}),
        (samples.tiff_grey16, {"colours": ["Gray"], "bits": 16}),
        (samples.jpeg_cmyk, {"colours": ["CMYK"]}),
        (samples.svg, {"page_mm": [100, 60], "vector": True, "live_text": False}),
        (lambda: samples.svg("<text>Hi</text>"), {"live_text": True}),
        (samples.pdf, {"page_mm": [200, 100], "colours": ["CMYK"], "vector": True, "pages": 1}),
        (lambda: samples.pdf(Rotate=90), {"page_mm": [100, 200]}),
        (lambda: samples.pdf(UserUnit=2), {"page_mm": [400, 200]}),
        (samples.pdf_with_picture, {"image_ppi": 50.8, "vector": False, "colours": ["RGB"]}),
        (samples.pdf_with_spot, {"spots": ["PANTONE 485 C"]}),
        (samples.pdf_with_text, {"fonts_missing": ["Futura-Bold"]}),
        (samples.dst, {"stitches": 1234, "threads": 3, "page_mm": [80, 60]}),
        (samples.stl_binary, {"triangles": 12}),
        (samples.step, {"schema": "AUTOMOTIVE_DESIGN"}),
        (lambda: samples.psd(4, 4), {"colours": ["CMYK"], "dpi": 300, "alpha": False}),
        (lambda: samples.psd(3, 4, layers=-1), {"alpha": True}),
    ],
)
def test_facts(tmp_path: Path, make: Callable[[], bytes], facts: dict[str, object]):
    found = look(tmp_path, "file", make()).facts
    assert {name: found[name] for name in facts} == facts


@pytest.mark.parametrize(
    ("make", "left_out"),
    [
        (lambda: samples.svg(size='width="1e999mm" height="1e999mm"'), {"page_mm"}),
        (lambda: samples.pdf(MediaBox=pikepdf.Array([0, 0, 10_000_000, 1])), {"page_mm"}),
        (lambda: samples.step().replace(b"AUTOMOTIVE", b"A\x00B"), set()),
        (lambda: samples.pdf_with_spot().replace(b"485", b"#00"), set()),
    ],
)
def test_whatever_a_file_claims_its_facts_can_be_kept_and_told(tmp_path: Path, make, left_out, context):
    found = look(tmp_path, "file", make())
    assert found.facts, found
    kept = json.dumps(found.facts, allow_nan=False)
    assert "u0000" not in kept
    assert not left_out & found.facts.keys()
    assert all(len(str(one.message)) < 200 for one in findings(found.facts, 200, 100))


def test_a_zip_may_begin_with_a_pdf_as_it_is(tmp_path: Path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
        pack.writestr("logo.pdf", samples.pdf())
    assert look(tmp_path, "all.zip", out.getvalue()).facts == {"kind": "zip", "entries": 1}


def turned() -> bytes:
    """A photograph that the camera says to turn: left half red, right half blue, shown as top and bottom."""
    image, out, exif = Image.new("RGB", (600, 300), (255, 0, 0)), io.BytesIO(), Image.Exif()
    image.paste((0, 0, 255), (300, 0, 600, 300))
    exif[0x0112] = 6
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "top_left"),
    [
        (turned, (254, 0, 0)),
        (lambda: samples.psd(3, 3), (40, 100, 160)),
        (lambda: samples.psd(1, 1), (40, 40, 40)),
        (lambda: samples.psd(4, 4), (58, 85, 115)),  # cyan 84 %, magenta 61 %, yellow 37 %, black 14 %
    ],
)
def test_previews_have_the_right_colours_and_stand_upright(
    tmp_path: Path, make: Callable[[], bytes], top_left: tuple[int, ...]
):
    look(tmp_path, "file", make())
    image = pyvips.Image.new_from_file(str(tmp_path / "out" / "320.webp"))
    assert image(5, 5)[:3] == pytest.approx(top_left, abs=12)


def test_a_picture_that_a_camera_turned_is_measured_as_seen(tmp_path: Path):
    assert look(tmp_path, "file", turned()).facts["pixels"] == [300, 600]
