"""The pages of sourcing: a module per desk, all on one blueprint."""

from flask import Blueprint

bp = Blueprint("sourcing", __name__)
