"""Money: payment legs, calls to Stripe and its messages, refunds, the ledger, and comparing all of it."""

from flask import Flask

from portal.core import sections
from portal.core.actor import Actor, Role
from portal.core.db import reader
from portal.core.i18n import N_
from portal.core.nav import add_nav
from portal.orders import panels
from portal.orders.ending import held as ending_held
from portal.orders.ending import subsidy as ending_subsidy
from portal.orders.parcels import standstill
from portal.payments import cli, legs, panel, views, words
from portal.payments.books import views as books_views
from portal.payments.disputes import panel as dispute_panel
from portal.payments.disputes import queries as dispute_queries
from portal.payments.disputes import views as disputes
from portal.payments.givebacks import panel as give_back_panel
from portal.payments.givebacks import views as givebacks
from portal.payments.models import UNWANTED
from portal.payments.papers import views as papers_views
from portal.payments.payouts.batch_views import bp as payouts_bp
from portal.payments.payouts.failure_views import bp as failures_bp
from portal.payments.recipients.cli import reseal_bank_details
from portal.payments.recipients.views import bp as recipients_bp
from portal.payments.recipients.views import desk, own  # noqa: F401
from portal.payments.statement import views as statement_views
from portal.payments.subsidies import views as subsidies
from portal.payments.subsidies.operations import grant, left


def init_app(app: Flask) -> None:
    """Routes, the payments' place on the order page, what is held for an order, the operators' books."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(leg_names=words.LEGS, unwanted=UNWANTED)
    app.jinja_env.globals.update(refund_stages=words.REFUND_STAGES, refund_reasons=words.REFUND_REASONS)
    app.register_blueprint(papers_views.bp)
    app.register_blueprint(recipients_bp)
    app.register_blueprint(payouts_bp)
    app.cli.add_command(reseal_bank_details)
    app.register_blueprint(books_views.bp)
    app.register_blueprint(statement_views.bp)
    app.cli.add_command(cli.reconcile)
    app.extensions["csrf"].exempt(views.webhook)
    app.register_blueprint(disputes.bp)
    panels.add(dispute_panel.PANEL)
    panels.add(panel.PANEL)
    app.register_blueprint(givebacks.bp)
    app.register_blueprint(subsidies.bp)
    app.register_blueprint(failures_bp)
    panels.add(give_back_panel.PANEL)
    sections.add("desk", givebacks.SECTION)
    ending_held.register(legs.held)
    ending_subsidy.register(grant, left)
    standstill.register(dispute_queries.why_goods_stay)
    add_nav(app, Role.OPERATOR, "payments.books", N_("Money"))
    add_nav(app, Role.FACTORY, "recipients.own", N_("Getting paid"))
    add_nav(app, Role.OPERATOR, "disputes.disputes", N_("Card disputes"), badge=_disputes_to_do)


def _disputes_to_do(_actor: Actor) -> int:
    return dispute_queries.to_do(reader())
