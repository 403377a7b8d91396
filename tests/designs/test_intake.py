"""What comes of files, good and hostile, in the real process that opens them."""

import json
from pathlib import Path

import pytest
import pyvips

from portal.designs import formats, words
from portal.designs.examine import Examined, examine
from tests.designs import samples


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
    assert bool(found.previews) == kind.preview


@pytest.mark.parametrize("name", [name for name in samples.GOOD if formats.FORMATS[formats.of_name(name)].preview])
def test_previews_are_new_pictures_of_the_right_size(tmp_path, name):
    found = look(tmp_path, name, samples.GOOD[name]())
    for preview in found.previews:
        image = pyvips.Image.new_from_file(str(tmp_path / "out" / f"{preview['longest']}.webp"))
        assert [image.width, image.height] == [preview["width"], preview["height"]]
        assert max(image.width, image.height) <= preview["longest"]
        assert image.interpretation == "srgb"
        assert image.deviate() > 0 or name.endswith(("psd", "psb"))  # something is to be seen


@pytest.mark.parametrize("name", samples.HOSTILE)
def test_hostile_files_are_refused_in_words(tmp_path, name, context):
    make, codes = samples.HOSTILE[name]
    found = look(tmp_path, name, make())
    assert found.refused.get("code") in codes, found
    assert set(found.refused) - {"code"} <= {"kind", "name", "megapixels", "limit"}
    assert len(words.refusal(found.refused)) > 15
    json.dumps(found.refused)
