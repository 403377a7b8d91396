"""The pages on samples: all rounds; sending one; judging one; taking over an earlier order's golden sample."""

from typing import Any
from uuid import UUID

from flask import Response, request

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone, Invalid, NotAllowed
from portal.core.forms import refuse
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, page, rule
from portal.designs import photos
from portal.orders.models import Order
from portal.orders.queries import visible_order
from portal.orders.samples import measuring, operations, present, queries
from portal.orders.samples.forms import ChangesForm, SampleForm, ToolingForm, sample_form
from portal.orders.views import bp
from portal.orders.views.acting import act
from portal.products.units import unit_label


@bp.get("/orders/<uuid:order_id>/samples")
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
def samples(order_id: UUID) -> Response:
    """Every round with its photos, measures and comments."""
    order = visible_order(reader(), current_actor(), order_id)
    return page("orders/samples/rounds.html", order=order, rounds=present.rounds(reader(), order))


@bp.route("/orders/<uuid:order_id>/samples/send", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("send_sample")
def send_sample(order: Any) -> Response:
    """Send the next round."""
    form = sample_form(measuring.listed(reader(), order))
    if request.method == "GET" or not form.validate():
        return _send_page(order, form, 200 if request.method == "GET" else 422)
    try:
        with transaction() as session:
            operations.send(session, lock(session, Order, order.id), form.sent(), actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _send_page(order, form, 422)
    return _back(order, _("The sample is sent. The creator has been told."))


def _send_page(order: Any, form: SampleForm, status: int) -> Response:
    sent = queries.rounds(reader(), order.id)
    return page(
        "orders/samples/send.html",
        status=status,
        order=order,
        form=form,
        wanted=measuring.wanted,
        unit_label=unit_label,
        coming=present.after(order, sent[0].round if sent else 0),
        last=present.rounds(reader(), order, sent[:1])[0] if sent else None,
        chosen=photos.chosen(reader(), current_actor(), "order", order.id, form.photos.data),
    )


@bp.route("/orders/<uuid:order_id>/tooling", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("tooling_made")
def report_tooling(order: Any) -> Response:
    """Say that the tooling is ready."""
    form = ToolingForm()
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                locked = lock(session, Order, order.id)
                operations.tooling_made(session, locked, form.photos.data, form.note.data, actor=current_actor())
            return _back(order, _("Reported. The creator has been told."))
        except Invalid as problem:
            refuse(form, problem)
    chosen = photos.chosen(reader(), current_actor(), "order", order.id, form.photos.data)
    status = 200 if request.method == "GET" else 422
    return page("orders/samples/tooling.html", status=status, order=order, form=form, chosen=chosen)


@bp.route("/orders/<uuid:order_id>/samples/<int:sample_round>/approve", methods=["GET", "POST"])
@rule(Role.CREATOR)
@act("approve_sample")
def approve_sample(order: Any, sample_round: int) -> Response:
    """Approve a round, which seals it as the golden sample."""
    shown = _newest(order, sample_round)
    problem = None
    if request.method == "POST":
        try:
            with transaction() as session:
                operations.approve(session, lock(session, Order, order.id), sample_round, actor=current_actor())
            return _back(order, _("Approved and sealed: this is the golden sample. Production begins."))
        except Invalid as refusal:
            problem = refusal.message
    status = 422 if problem else 200
    return page("orders/samples/approve.html", status=status, order=order, shown=shown, problem=problem)


@bp.route("/orders/<uuid:order_id>/samples/<int:sample_round>/changes", methods=["GET", "POST"])
@rule(Role.CREATOR)
@act("ask_changes")
def ask_changes(order: Any, sample_round: int) -> Response:
    """Say what should be different: comments pinned on the photos, words, or both."""
    shown = _newest(order, sample_round)
    form = ChangesForm(request.form, shown.photos)
    if request.method == "GET" or form.edits:
        form.edit()
        return _changes_page(order, shown, form)
    if not form.validate():
        return _changes_page(order, shown, form, 422)
    try:
        with transaction() as session:
            locked = lock(session, Order, order.id)
            pins = [one.pin for one in form.pins]
            operations.ask_changes(session, locked, sample_round, pins, form.reply.data, actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _changes_page(order, shown, form, 422)
    return _back(order, _("Sent. The factory makes the next sample."))


def _changes_page(order: Any, shown: present.Round, form: ChangesForm, status: int = 200) -> Response:
    coming = present.after(order, shown.row.round)
    return page("orders/samples/changes.html", status=status, order=order, shown=shown, form=form, coming=coming)


@bp.route("/orders/<uuid:order_id>/samples/keep", methods=["GET", "POST"])
@rule(Role.CREATOR)
@act("keep_sample")
def keep_sample(order: Any) -> Response:
    """Make the goods like the golden sample of the order that this one repeats."""
    before = queries.golden(reader(), order.repeats_id) if order.repeats_id else None
    if before is None:
        raise NotAllowed(N_("There is no golden sample of an earlier order to go by."))
    if request.method == "POST":
        with transaction() as session:
            operations.keep(session, lock(session, Order, order.id), actor=current_actor())
        return _back(order, _("The golden sample holds for this order too. Production begins."))
    shown = present.rounds(reader(), order, [before])[0]
    return page("orders/samples/keep.html", order=order, shown=shown)


def _newest(order: Any, number: int) -> present.Round:
    """Round `number`, while it is the newest one."""
    rows = queries.rounds(reader(), order.id)
    if not rows or rows[0].round != number:
        raise Gone(N_("The factory has sent another sample since you opened this page. Look at that one first."))
    return present.rounds(reader(), order, rows[:1])[0]


def _back(order: Any, message: str) -> Response:
    return done("orders.order", message, order_id=order.id, _anchor="samples")
