"""The pages of change orders: proposing one, and answering it from the order's page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from portal.core.actor import Role
from portal.core.asking import whole
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.core.forms import clean, refuse
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, page, refused, rule
from portal.designs.queries import documents
from portal.orders import queries as orders
from portal.orders.changes import artwork, operations, queries, words
from portal.orders.changes.forms import ProposalForm
from portal.orders.changes.proposal import CHANGEABLE, UNPAID, Proposal, outlook
from portal.orders.lifecycle import ChangeStage
from portal.orders.models import Order
from portal.orders.views import bp

SIDES = (Role.CREATOR, Role.FACTORY)


def _change(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view is given the order's row. Whoever comes too late is told so at once, with the way to the order."""

    @wraps(view)
    def guarded(order_id: UUID, **more: Any) -> Any:
        row = orders.visible_order(reader(), current_actor(), order_id)
        try:
            return view(row, **more)
        except (Gone, NotAllowed) as refusal:
            way = url_for("orders.order", order_id=order_id, _anchor="changes")
            return refused(refusal, (_("Go to the order"), way))

    return guarded


@bp.route("/orders/<uuid:order_id>/changes/new", methods=["GET", "POST"])
@rule(*SIDES)
@_change
def propose_change(order: Any) -> Response:
    """Say what is to be different: choose fields of the spec, then, once `sure`, propose it."""
    if order.stage not in CHANGEABLE:
        raise Gone(N_("Nothing about this order can be changed here now."))
    if any(row.stage == ChangeStage.PROPOSED for row in queries.changes(reader(), order.id)):
        raise Gone(operations.IS_OPEN)
    form = _form(order)
    if request.method == "GET" or form.asks:
        return _form_page(order, form)
    if not form.validate():
        return _form_page(order, form, 422)
    try:
        swaps = artwork.swaps(reader(), order, form.files)
        said = form.proposal(request.form.get("seen", 0, type=whole), swaps)
        if "sure" not in request.form:
            return _check_page(order, form, said)
        with transaction() as session:
            operations.propose(session, lock(session, Order, order.id), said, actor=current_actor())
    except Invalid as problem:
        refuse(form.terms, problem)
        return _form_page(order, form, 422)
    return done("orders.order", _("Proposed. The other side has been told."), order_id=order.id, _anchor="changes")


def _form(order: Any) -> ProposalForm:
    spec = queries.spec_now(reader(), order.id)
    known = documents(reader(), order.brief_id)
    if request.method == "POST":
        return ProposalForm(order, spec, known, request.form)
    chosen = {"pick": request.args.getlist("field"), "files": request.args.getlist("file")}
    return ProposalForm(order, spec, known, **chosen)


def _form_page(order: Any, form: ProposalForm, status: int = 200) -> Response:
    return page(
        "orders/changes/propose.html",
        status=status,
        order=order,
        form=form,
        places=artwork.places(reader(), order) if current_actor().role == Role.CREATOR else [],
        seen=request.form.get("seen") or queries.newest(reader(), order.id),
        may_price=order.stage in UNPAID,
        may_count=order.stage in UNPAID and order.made_quantity is None,
    )


def _check_page(order: Any, form: ProposalForm, said: Proposal) -> Response:
    """What was and what is to be, before anybody is told. Carries along what was typed. Raises `Invalid`."""
    spec = form.fields.spec
    said = operations.checked(order, spec, said, form.fields.documents)
    sent = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    lines = words.lines(order, outlook(order, spec, said))
    return page("orders/changes/check.html", order=order, lines=lines, sent=sent, reason=said.reason)


@bp.get("/orders/<uuid:order_id>/changes/artwork/<int:place>")
@rule(Role.CREATOR)
@_change
def offer_artwork(order: Any, place: int) -> Response:
    """Send a file that is to take the place of one in the spec, and see what became of it."""
    if order.stage not in CHANGEABLE:
        raise Gone(N_("Nothing about this order can be changed here now."))
    found = next((one for one in artwork.places(reader(), order) if one.number == place), None)
    if found is None or found.artwork_id is None:
        raise NotFound()
    art = {"brief_id": order.brief_id, "offer": found.artwork_id}
    return page("orders/changes/artwork.html", order=order, place=found, art=art)


def _number() -> int:
    return request.form.get("number", 0, type=whole)


def _reply() -> str:
    return clean(request.form.get("reply"), lines=True)[:1000]


@bp.post("/orders/<uuid:order_id>/changes/accept")
@rule(*SIDES)
@_change
def accept_change(order: Any) -> Response:
    with transaction() as session:
        operations.accept(session, lock(session, Order, order.id), _number(), _reply(), actor=current_actor())
    told = _("Accepted. The new revision of the spec is being made.")
    return done("orders.order", told, order_id=order.id, _anchor="changes")


@bp.post("/orders/<uuid:order_id>/changes/decline")
@rule(*SIDES)
@_change
def decline_change(order: Any) -> Response:
    with transaction() as session:
        operations.decline(session, lock(session, Order, order.id), _number(), _reply(), actor=current_actor())
    return done("orders.order", _("Declined. Everything stays as it was."), order_id=order.id, _anchor="changes")


@bp.post("/orders/<uuid:order_id>/changes/withdraw")
@rule(*SIDES)
@_change
def withdraw_change(order: Any) -> Response:
    with transaction() as session:
        operations.withdraw(session, lock(session, Order, order.id), _number(), actor=current_actor())
    return done("orders.order", _("Withdrawn. Everything stays as it was."), order_id=order.id, _anchor="changes")
