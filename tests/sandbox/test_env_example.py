"""The settings that are documented are the settings that exist."""

import re
from pathlib import Path

from portal.core.config import REQUIRED, Settings

EXAMPLE = (Path(__file__).resolve().parents[2] / ".env.example").read_text()


def blocks() -> dict[str, str]:
    """The text above each setting, back to the last empty line."""
    found, above = {}, ""
    for line in EXAMPLE.splitlines():
        if match := re.match(r"([A-Z][A-Z0-9_]*)=", line):
            found[match[1]] = above
        else:
            above = above + line if line else ""
    return found


def test_every_setting_is_documented_and_nothing_else():
    assert set(blocks()) == set(Settings.model_fields)


def test_what_is_required_is_marked_so():
    unmarked = [name for name in REQUIRED if "equired" not in blocks()[name]]
    assert not unmarked, f".env.example must say that these are required: {unmarked}"
