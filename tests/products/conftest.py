"""What the products need of an application: languages and templates, no database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.core import filters, i18n

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def pages() -> Flask:
    """An application that only draws templates."""
    app = Flask("pages", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "portal" / "translations")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    i18n.babel.init_app(app, default_locale=i18n.DEFAULT)
    filters.init_app(app)
    return app


@pytest.fixture
def page(pages: Flask) -> Iterator[Flask]:
    """A request in English."""
    with pages.test_request_context():
        yield pages
