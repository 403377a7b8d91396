"""The production spec: frozen revisions, their PDF in two languages, and both sides' yes to them."""

from flask import Flask

from portal.orders import panels
from portal.orders.parcels import papers as parcel_papers
from portal.orders.samples import spec
from portal.specs import panel, queries, views


def init_app(app: Flask) -> None:
    """Routes, and the spec's place on the order page."""
    app.register_blueprint(views.bp)
    panels.add(panel.PANEL)
    parcel_papers.register(queries.parcel_papers)
    spec.register(queries.in_force)
