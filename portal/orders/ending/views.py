"""The pages of the ways out: each says what it costs and what goes back before anybody confirms."""

from typing import Any

from flask import request
from sqlalchemy import Row

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Invalid
from portal.core.forms import Form, refuse
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.designs import photos
from portal.orders.ending import claims, fees, operations, subsidy
from portal.orders.ending.forms import (
    CallOffForm,
    ClaimForm,
    GiveUpForm,
    JudgementForm,
    RemakeForm,
    SettleForm,
    WithdrawForm,
)
from portal.orders.ending.held import held
from portal.orders.models import Order
from portal.orders.parcels.operations import CLAIM_WINDOW
from portal.orders.views import bp
from portal.orders.views.acting import act


def _shown(template: str, row: Row[Any], form: Form, **more: Any) -> Any:
    status = 422 if form.errors or form.form_errors else 200
    return page(f"orders/ending/{template}.html", status=status, order=row, form=form, **more)


def _sent(form: Form) -> bool:
    return request.method == "POST" and form.validate()


@bp.route("/orders/<uuid:order_id>/call-off", methods=["GET", "POST"])
@rule(Role.CREATOR)
@act("call_off")
def call_off(row: Row[Any]):
    """The creator ends the order at the fee of its stage."""
    form, split = CallOffForm(), fees.calling_off(reader(), row)
    if not _sent(form):
        form.fee.data = str(split.fee_minor)
        return _shown("call_off", row, form, split=split)
    with transaction() as session:
        order = lock(session, Order, row.id)
        operations.call_off(session, order, form.reason.data, fee_minor=form.fee_minor, actor=current_actor())
    return done("orders.order", _("The order is called off. The factory has been told."), order_id=row.id)


@bp.route("/orders/<uuid:order_id>/give-up", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("give_up")
def give_up(row: Row[Any]):
    """The factory ends the order; everything goes back."""
    form = GiveUpForm()
    if not _sent(form):
        return _shown("give_up", row, form)
    with transaction() as session:
        operations.give_up(session, lock(session, Order, row.id), form.reason.data, actor=current_actor())
    return done("orders.order", _("The order is given up. The creator has been told."), order_id=row.id)


@bp.route("/orders/<uuid:order_id>/end", methods=["GET", "POST"])
@rule(Role.OPERATOR)
@act("end")
def end_order(row: Row[Any]):
    """An operator ends the order of two sides that can't agree."""
    form = JudgementForm(currency=row.currency)
    if _sent(form):
        try:
            with transaction() as session:
                order = lock(session, Order, row.id)
                operations.end(session, order, form.reason.data, form.back.data, actor=current_actor())
            return done("orders.order", _("The order is ended. Both sides have been told."), order_id=row.id)
        except Invalid as problem:
            refuse(form, problem)
    return _shown("end", row, form, held=held(reader(), row.id))


@bp.route("/orders/<uuid:order_id>/claim", methods=["GET", "POST"])
@rule(Role.CREATOR)
@act("dispute")
def open_claim(row: Row[Any]):
    """The creator says what is wrong with the goods."""
    form, actor = ClaimForm(), current_actor()
    if _sent(form):
        said = (form.text.data, form.wanted, form.photos.data)
        try:
            with transaction() as session:
                claims.dispute(session, lock(session, Order, row.id), *said, actor=actor)
            return done("orders.order", _("Your claim is open. We look at it with the factory."), order_id=row.id)
        except Invalid as problem:
            refuse(form, problem)
    chosen = photos.chosen(reader(), actor, "order", row.id, form.photos.data)
    return _shown("claim", row, form, chosen=chosen)


@bp.route("/orders/<uuid:order_id>/claim/withdraw", methods=["GET", "POST"])
@rule(Role.CREATOR)
@act("withdraw_claim")
def withdraw_claim(row: Row[Any]):
    """The creator takes the claim back."""
    form = WithdrawForm()
    if not _sent(form):
        return _shown("withdraw", row, form, least=claims.LEAST_WINDOW.days, window=CLAIM_WINDOW.days)
    with transaction() as session:
        claims.withdraw(session, lock(session, Order, row.id), form.reason.data, actor=current_actor())
    return done("orders.order", _("The claim is withdrawn. The factory has been told."), order_id=row.id)


@bp.route("/orders/<uuid:order_id>/claim/remake", methods=["GET", "POST"])
@rule(Role.OPERATOR)
@act("have_remade")
def have_remade(row: Row[Any]):
    """An operator has the goods made again."""
    form = RemakeForm()
    if _sent(form):
        said = (form.reason.data, form.ship_by.data)
        try:
            with transaction() as session:
                claims.have_remade(session, lock(session, Order, row.id), *said, actor=current_actor())
            return done("orders.order", _("The goods are made again. Both sides have been told."), order_id=row.id)
        except Invalid as problem:
            refuse(form, problem)
    return _shown("remake", row, form)


@bp.route("/orders/<uuid:order_id>/claim/settle", methods=["GET", "POST"])
@rule(Role.OPERATOR)
@act("settle_claim")
def settle_claim(row: Row[Any]):
    """An operator ends the claim and the order, with a refund or without."""
    form = SettleForm(currency=row.currency)
    if _sent(form):
        said = (form.reason.data, form.back.data, form.subsidy.data or 0)
        try:
            with transaction() as session:
                claims.settle(session, lock(session, Order, row.id), *said, actor=current_actor())
            return done("orders.order", _("The claim is settled. Both sides have been told."), order_id=row.id)
        except Invalid as problem:
            refuse(form, problem)
    return _shown("settle", row, form, held=held(reader(), row.id), budget=subsidy.left(reader(), row.currency))
