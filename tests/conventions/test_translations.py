"""Every text is translated, and its placeholders survive the translation."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
_KEYWORDS = {"_": None, "N_": None, "_n": (1, 2), "bi": None, "gettext": None, "ngettext": (1, 2)}


@cache
def texts() -> set[str]:
    """Every msgid of the code and the templates."""
    code = extract_from_dir(ROOT / "portal", [("**.py", "python")], keywords=_KEYWORDS)
    pages = extract_from_dir(ROOT / "templates", [("**", "jinja2")], {"**": {"trimmed": "true"}}, keywords=_KEYWORDS)
    messages = [message for _file, _line, message, *_rest in (*code, *pages)]
    return {message[0] if isinstance(message, tuple) else message for message in messages}


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant"])
def test_catalogue_is_complete(locale: str):
    path = ROOT / "portal" / "translations" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = {m.id if isinstance(m.id, str) else m.id[0]: m for m in read_po(file, locale) if m.id}
    missing = sorted(text for text in texts() if text not in catalogue or not any(catalogue[text].string))
    assert not missing, f"{len(missing)} texts lack a {locale} translation (run bin/translations): {missing[:8]}"
    for text, message in catalogue.items():
        said = message.string if isinstance(message.string, str) else message.string[0]
        there, here = set(_PLACEHOLDER.findall(text)), set(_PLACEHOLDER.findall(said))
        assert here <= there, f"{locale}: {text!r} is translated with placeholders it does not have: {said!r}"
        if isinstance(message.id, str):
            assert here == there, f"{locale}: {text!r} loses a placeholder: {said!r}"
        assert "fuzzy" not in message.flags, f"{locale}: {text!r} is a guess"


#: What converting 简体 to 繁體 word by word makes of "region", "item", "fastener", "declaration", "at least ... sent"
#: and others; none of it can be meant here, where nobody speaks of computers.
_CONVERTED = (
    *("分割槽", "專案", "緊韌體", "宣告", "鬚髮", "麵單", "白麵", "併傳送"),
    *("效能", "程式碼", "區域性", "影象", "復模", "稽核"),
)


def test_the_traditional_catalogue_is_no_mechanical_conversion():
    path = ROOT / "portal" / "translations" / "zh_Hant" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        said = {str(message.id): str(message.string) for message in read_po(file, "zh_Hant") if message.id}
    wrong = {text: words for text, words in said.items() if any(word in words for word in _CONVERTED)}
    assert not wrong
    passed = [words for text, words in said.items() if "verified" in text.lower() and "透過認證" in words]
    assert not passed, "what passes a check is 通過; 透過 is by means of"


def test_a_label_is_joined_to_its_value_as_the_language_does():
    """Chinese has its own colon, without a space: between two texts of a page stands `_(': ')`."""
    joined = re.compile(r"(?:\}\}|</\w+>): ?\{\{")
    pages = [path for path in (ROOT / "templates").rglob("*.html") if not {"emails", "pdf"} & set(path.parts)]
    assert pages
    assert not [path.name for path in pages if joined.search(path.read_text(encoding="utf-8"))]
