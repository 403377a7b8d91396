"""Acts for which it is not enough to have signed in some time ago."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, redirect, request, url_for
from flask_security import current_user
from flask_security.utils import check_and_update_authn_fresh

from portal.core.web import local_path

V = TypeVar("V", bound=Callable[..., Any])


def fresh(view: V) -> V:
    """Let the view run only for somebody who has shown within the last half hour who they are. Others are asked to, and
    come back: to the same page, or to the one whose form they sent. Stands below `@rule(...)`."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_user.is_authenticated and check_and_update_authn_fresh(
            current_app.config["SECURITY_FRESHNESS"], current_app.config["SECURITY_FRESHNESS_GRACE_PERIOD"]
        ):
            return view(*args, **kwargs)
        target = request.full_path if request.method == "GET" else (request.referrer or "/")
        address = url_for("security.verify", next=local_path(target))
        if request.headers.get("HX-Request"):
            return Response(status=401, headers={"HX-Redirect": address})
        return redirect(address, 303)

    return guarded  # type: ignore[return-value]
