"""The web side of the stand-in: the API, the hosted pages and the control."""

from flask import Flask

from sandbox.stripe import control_acts, control_views
from sandbox.stripe.api import gateway
from sandbox.stripe.checkout import views as checkout_views
from sandbox.stripe.connect import views as connect_views
from sandbox.stripe.standin import StandIn


def create_app(standin: StandIn) -> Flask:
    """Wire it together."""
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(gateway.create_blueprint(standin))
    app.register_blueprint(checkout_views.create_blueprint(standin))
    app.register_blueprint(connect_views.create_blueprint(standin))
    app.register_blueprint(control_views.create_blueprint(standin))
    app.register_blueprint(control_acts.create_blueprint(standin))
    return app
