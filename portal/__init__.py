"""Xiaodan: small-batch custom manufacturing, from an idea to a delivered order. All the wiring, nothing else."""

from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.core import asking, db, filters, i18n, logs, templating, transfer, web
from portal.core.config import Settings

ROOT = Path(__file__).resolve().parent.parent
csrf = CSRFProtect()


def create_app(settings: Settings) -> Flask:
    """The application. Raises nothing at import: the database and the peers are reached on first use."""
    app = Flask(__name__, root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.jinja_environment = templating.Environment
    # Each template is kept: Jinja would look through them all to note which was used last.
    app.jinja_options = {"cache_size": -1, "bytecode_cache": templating.Kept()}
    app.ensure_sync = _plain  # type: ignore[method-assign]
    app.config.from_mapping(flask_config(settings))
    app.extensions["settings"] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    logs.init(settings)
    asking.init_app(app)
    db.init_app(app)
    csrf.init_app(app)
    i18n.init_app(app, _locale)
    filters.init_app(app)
    transfer.init_app(app)
    web.init_app(app, settings)
    if settings.PROXIES:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.PROXIES, settings.PROXIES, settings.PROXIES)  # type: ignore[method-assign]
    _features(app)
    return app


def _plain(function: Any) -> Any:
    """No view of ours is a coroutine. Flask would look at each function that it calls, dozens for each page."""
    return function


def flask_config(settings: Settings) -> dict[str, object]:
    """Flask's and its extensions' configuration, from ours."""
    pool = {
        "pool_size": settings.DATABASE_POOL,
        "max_overflow": 5,
        "pool_recycle": 1800,
    }
    connect = {"connect_timeout": 5, "options": "-c jit=off"}
    engine = {"url": settings.DATABASE_URL, "connect_args": connect, **pool}
    return {
        "SECRET_KEY": settings.SECRET_KEY,
        "BASE_URL": settings.BASE_URL,
        "DATABASE_ENGINES": {
            "default": engine,
            "read": {**engine, "isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True},
        },
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "portal" / "translations"),
        "BABEL_DEFAULT_LOCALE": i18n.DEFAULT,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,  # forms only: files go straight to the object store
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.BASE_URL.startswith("https://"),
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }


def _locale() -> str:
    if not request:
        return i18n.DEFAULT
    actor = web.current_actor()
    if actor.signed_in:
        return actor.locale
    chosen = i18n.known(request.cookies.get("lang"))
    return chosen or i18n.negotiate([code for code, _quality in request.accept_languages])


def _features(app: Flask) -> None:
    """Each feature's own `init_app`, from the bottom of the house up."""
    from portal import accounts, catalogue, designs, factories, mail, messages, orders, payments, rates, sourcing, specs

    for feature in (accounts, rates, designs, factories, sourcing, orders, catalogue, messages, payments, specs, mail):
        feature.init_app(app)
