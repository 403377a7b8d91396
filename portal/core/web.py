"""The web tier's common parts: who may call a route, who is calling, pages and fragments, errors, headers.

Every route declares its rule with `@rule(...)`; one without fails the build and answers 500. What is not
allowed answers 404, as if it were not there; a visitor is asked to sign in.
"""

import hashlib
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, NotFound

from portal.core import clock, nav
from portal.core.actor import Actor, Role
from portal.core.config import Settings
from portal.core.errors import PortalError
from portal.core.i18n import HTML_LANG, LANGUAGES, N_, current

log = structlog.get_logger()
V = TypeVar("V", bound=Callable[..., Any])

ANYONE = "anyone"  # visitors too
SIGNED_IN = "signed-in"
MACHINE = "machine"  # authenticates by itself (webhooks, health): no session, no CSRF token

#: rules of routes that are not ours to decorate (endpoint or "blueprint.*" -> rule)
_declared: dict[str, frozenset[str]] = {"static": frozenset({ANYONE})}


def rule(*who: Role | str) -> Callable[[V], V]:
    """Declare who may call the view: roles, or one of ANYONE, SIGNED_IN, MACHINE."""

    def mark(view: V) -> V:
        view.__rule__ = frozenset(str(w) for w in who)  # type: ignore[attr-defined]
        return view

    return mark


def declare(endpoint: str, *who: Role | str) -> None:
    """Declare the rule of a third party's route."""
    _declared[endpoint] = frozenset(str(w) for w in who)


def rule_of(app: Flask, endpoint: str) -> frozenset[str] | None:
    """The rule of an endpoint; None where nobody declared one."""
    view = app.view_functions.get(endpoint)
    own = getattr(view, "__rule__", None)
    return own or _declared.get(endpoint) or _declared.get(endpoint.split(".")[0] + ".*")


def current_actor() -> Actor:
    """Who is calling; a visitor is an Actor without role. Looked up once a request, membership included."""
    if "actor" not in g:
        loader = current_app.extensions.get("actor_loader")
        g.actor = loader() if loader else Actor(None)
    return g.actor


def _guard() -> Any:
    if request.endpoint is None:
        return None
    who = rule_of(current_app, request.endpoint)  # type: ignore[arg-type]
    if who is None:
        raise RuntimeError(f"route {request.endpoint} has no rule: decorate its view with @rule(...)")
    if who & {ANYONE, MACHINE}:
        return None
    actor = current_actor()
    if actor.role is None:
        return _to_sign_in()
    if SIGNED_IN in who or (actor.role.value in who and not actor.dismissed):
        return None
    if actor.dismissed and is_htmx():  # a page of words would stand inside of theirs
        return Response(status=404, headers={"HX-Redirect": url_for("accounts.landing")})
    raise NotFound()


def _to_sign_in() -> Response:
    target = request.full_path if request.method == "GET" else (request.referrer or "/")
    address = url_for("security.login", next=local_path(target))
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address, 303)  # type: ignore[return-value]


def local_path(target: str | None, default: str = "/") -> str:
    """`target` reduced to a path on this origin; `default` when it leads anywhere else."""
    if not target or "\\" in target or any(ord(c) < 32 for c in target):
        return default
    parts = urlsplit(target)
    if parts.netloc and parts.netloc != request.host:
        return default
    path = parts.path or "/"
    if parts.scheme not in ("", "http", "https") or not path.startswith("/") or path.startswith("//"):
        return default
    return path + (f"?{parts.query}" if parts.query else "")


def is_htmx() -> bool:
    """Whether htmx asks for a fragment (and not for a whole page, as boosted links do)."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """Render a page (or a fragment: a template whose name begins with an underscore). Never cached by others.

    A whole page is wrapped by "layout.html". GET pages carry an ETag over their bytes.
    """
    response = make_response(render_template(template, **context), status)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def render(template: str, **context: Any) -> str:
    """A template as text, also outside a request: for emails and PDFs."""
    return render_template(template, **context)


def settings() -> Settings:
    """The settings of the application that this request or job belongs to."""
    return current_app.extensions["settings"]


def not_modified(*versions: object) -> Response | None:
    """A 304 when the visitor's copy was made from the same row versions, language and viewer; else None, and the
    ETag is put on this request's answer.

    A page with a banner is never kept, and none for long: its form token and its "in 3 days" grow old.
    """
    if "_flashes" in session:
        return None
    actor = current_actor()
    viewer = (
        current(),
        actor.person_id,
        actor.factory_id,
        actor.currency,
        session.get("csrf_token"),
        nav.badges(actor),
    )
    parts = (*versions, *viewer, current_app.extensions["build"], f"{clock.now():%Y%m%d%H}")
    g.etag = hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()
    if request.if_none_match.contains_weak(g.etag):
        return Response(status=304)
    return None


def done(endpoint: str, message: object = None, *, category: str = "success", **values: Any) -> Response:
    """After an act: go to `endpoint` (303) with a banner."""
    if message:
        flash(str(message), category)
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]


def absolute(endpoint: str, **values: Any) -> str:
    """A link for emails and PDFs: always on the configured origin, never on the request's Host. Works in the
    worker too."""
    path = current_app.url_map.bind("").build(endpoint, values, force_external=False)
    return current_app.config["BASE_URL"].rstrip("/") + path


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", current_app.extensions["csp"])
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
    if current_app.config["BASE_URL"].startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.update(("Cookie", "Accept-Language"))
    if "etag" in g and response.status_code in (200, 304):
        response.set_etag(g.etag, weak=True)
    return response


def content_security_policy(settings: Settings) -> str:
    """Our own origin only; pictures and uploads also at the object store, forms also at Stripe's own pages."""
    store = "{0.scheme}://{0.netloc}".format(urlsplit(settings.S3_ENDPOINT))
    return "; ".join(
        (
            "default-src 'self'",
            f"img-src 'self' data: {store}",
            f"connect-src 'self' {store}",
            f"form-action 'self' {settings.STRIPE_CHECKOUT_ORIGIN} {settings.STRIPE_CONNECT_ORIGIN}",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def refused(error: PortalError, *ways: tuple[str, str], status: int | None = None) -> Response:
    """A page with the words of the refusal and `ways` on from here, the best first: (label, address).

    For acts in which somebody may be too late. A banner on the next page would be kept in the cookie, which all tabs
    share: another tab might show it.
    """
    code = status or error.status
    return page("errors/refused.html", status=code, message=error.message, code=code, ways=ways)


def _http_error(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400:
        return error
    template = f"errors/{code}.html"
    known = template in current_app.extensions["error_pages"]
    response = page(template if known else "errors/refused.html", status=code, message=error.description, code=code)
    if retry := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(retry)
    return response


def _csrf_error(_error: CSRFError) -> Response:
    message = N_("This page was open too long. Go back, reload it and send it again; what you typed is still there.")
    return page("errors/refused.html", status=400, message=message, code=400)


def _database_down(error: OperationalError) -> Response:
    """The database does not answer: say so without asking it who is calling."""
    log.error("database unreachable", error=str(error.orig))
    g.actor = Actor(None)
    response = page("errors/503.html", status=503)
    response.headers["Retry-After"] = "5"
    return response


def _even_so(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The error handler; where the database does not answer it either, that is what is said."""

    @wraps(handler)
    def handle(error: Any) -> Any:
        try:
            return handler(error)
        except OperationalError as down:
            return _database_down(down)

    return handle


def init_app(app: Flask, settings: Settings) -> None:
    """Install guard, headers, error pages, template helpers."""
    app.extensions["csp"] = content_security_policy(settings)
    app.extensions["build"] = _build(app)
    app.extensions["error_pages"] = {n for n in app.jinja_env.list_templates() if n.startswith("errors/")}
    nav.init_app(app)
    app.before_request(_guard)
    app.after_request(_headers)
    app.register_error_handler(PortalError, _even_so(refused))
    app.register_error_handler(HTTPException, _even_so(_http_error))
    app.register_error_handler(CSRFError, _even_so(_csrf_error))
    app.register_error_handler(OperationalError, _database_down)
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    code = current()
    common: dict[str, Any] = {"LANGUAGES": LANGUAGES, "locale": code, "html_lang": HTML_LANG[code]}
    if request:  # mail and PDFs are rendered without one
        common |= {"actor": current_actor(), "nav_items": partial(nav.items, current_actor())}
    return common


def _build(app: Flask) -> str:
    """Changes whenever the page furniture does, so that a browser's kept page is not used after an upgrade."""
    digest = hashlib.blake2b(digest_size=6)
    for folder in filter(None, (app.static_folder, app.template_folder)):
        for path in sorted(Path(app.root_path, folder).rglob("*")):
            if path.is_file():
                digest.update(f"{path.name}:{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()
