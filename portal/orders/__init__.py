"""Orders: from the chosen quote to the accepted spec; later to the closed order."""

from flask import Flask

from portal.core import sections
from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.nav import add_nav
from portal.designs import access, photo_access
from portal.orders import panels, queries, words
from portal.orders.address import panel as address_panel
from portal.orders.address import views as address
from portal.orders.calendar import views as calendar
from portal.orders.changes import panel as changes_panel
from portal.orders.changes import queries as change_queries
from portal.orders.changes import views as change_views
from portal.orders.changes import words as change_words
from portal.orders.ending import panel as claim_panel
from portal.orders.ending import views as ending
from portal.orders.inspections import decision_views
from portal.orders.inspections import panel as inspections_panel
from portal.orders.inspections import views as inspection_views
from portal.orders.parcels import carriers
from portal.orders.parcels import panel as parcels_panel
from portal.orders.parcels import views as parcels
from portal.orders.production import panel as production_panel
from portal.orders.production import views as production_views
from portal.orders.production.words import milestone_name
from portal.orders.repeats import panel as repeat_panel
from portal.orders.repeats import queries as repeat_queries
from portal.orders.repeats import views as repeats
from portal.orders.samples import panel as samples_panel
from portal.orders.samples import views as sample_views
from portal.orders.views import award, bp, desk, orders
from portal.orders.waiting import views as waiting
from portal.sourcing import earlier

__all__ = [
    "address",
    "award",
    "calendar",
    "change_views",
    "decision_views",
    "desk",
    "ending",
    "init_app",
    "inspection_views",
    "orders",
    "parcels",
    "production_views",
    "repeats",
    "sample_views",
    "waiting",
]


def init_app(app: Flask) -> None:
    """Wire this feature into the application."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(order_stages=words.STAGES, order_party=words.party_of)
    app.jinja_env.globals.update(change_stages=change_words.STAGES)
    access.register_offering(change_queries.can_offer)
    photo_access.register("order", can_add=queries.is_party, can_see=queries.is_party)
    app.jinja_env.globals.update(carrier_name=carriers.name_of, milestone_name=milestone_name)
    earlier.register(repeat_queries.named)
    panels.add(samples_panel.PANEL)
    panels.add(production_panel.PANEL)
    panels.add(inspections_panel.PANEL)
    panels.add(address_panel.PANEL)
    panels.add(parcels_panel.PANEL)
    panels.add(claim_panel.PANEL)
    panels.add(changes_panel.PANEL)
    panels.add(repeat_panel.PANEL)
    sections.add("settings", calendar.SECTION)
    sections.add("desk", waiting.SECTION)
    for role in (Role.CREATOR, Role.FACTORY, Role.OPERATOR):
        add_nav(app, role, "orders.orders", N_("Orders"))
    add_nav(app, Role.OPERATOR, "orders.desk", N_("Desk"))
