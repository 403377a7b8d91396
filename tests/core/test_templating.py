"""Templates that were compiled once are not compiled again, unless something has changed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from portal.core import templating


class Counting(Environment):
    """Counts how often it compiles."""

    compiled = 0

    def compile(self, *args, **kwargs):
        self.compiled += 1
        return super().compile(*args, **kwargs)


@pytest.fixture
def begun(tmp_path: Path) -> Callable[..., Counting]:
    """A process that begins: shows a page out of `text` and says how it went."""

    def begin(text: str, folder: str = "kept") -> Counting:
        environment = Counting(loader=DictLoader({"a.html": text}), bytecode_cache=templating.Kept(tmp_path / folder))
        assert environment.get_template("a.html").render(n=3) == text.replace("{{ n }}", "3")
        return environment

    return begin


def test_the_second_process_compiles_nothing(begun):
    assert begun("<p>{{ n }}</p>").compiled == 1
    assert begun("<p>{{ n }}</p>").compiled == 0


def test_another_text_is_compiled(begun):
    begun("<p>{{ n }}</p>")
    assert begun("<b>{{ n }}</b>").compiled == 1


def test_another_version_of_the_portal_compiles_and_forgets(begun, monkeypatch, tmp_path):
    begun("<p>{{ n }}</p>")
    monkeypatch.setattr(templating, "_version", lambda: "later")
    later = begun("<p>{{ n }}</p>")
    assert later.compiled == 1
    later.bytecode_cache.forget_others()
    assert [path.name[:6] for path in (tmp_path / "kept").iterdir()] == ["later-"]


def test_where_nothing_can_be_written_each_compiles_for_itself(begun):
    assert begun("<p>{{ n }}</p>", "no/such/place").compiled == 1
    assert begun("<p>{{ n }}</p>", "no/such/place").compiled == 1
