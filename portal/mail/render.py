"""An email's three parts from its templates, in its reader's language and time zone."""

from functools import cache
from typing import Any

from portal.core.i18n import in_locale
from portal.core.lazy import lazy
from portal.core.web import absolute, render, settings

css_inline = lazy("css_inline")  # only the worker writes letters


@cache
def _inliner() -> Any:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def one_line(text: str) -> str:
    """A subject that can't be more than a subject: no control characters, nothing that looks encoded."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.replace("=?", "= ?").split())[:240]


def parts(template: str, locale: str, **context: Any) -> tuple[str, str, str]:
    """(subject on one line, text, HTML with its styles inlined) of templates/emails/<template>/."""
    folder = f"emails/{template}"
    context = {"settings_url": absolute("accounts.settings"), "answered": bool(settings().MAIL_REPLY_TO), **context}
    with in_locale(locale):
        subject = one_line(render(f"{folder}/subject.txt", **context))
        text = render(f"{folder}/body.txt", subject=subject, **context).strip() + "\n"
        html = render(f"{folder}/body.html", subject=subject, **context)
    return subject, text, _inliner().inline(html)
