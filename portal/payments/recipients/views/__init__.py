"""The pages about getting paid: the factory's own, and the operators'."""

from flask import Blueprint

bp = Blueprint("recipients", __name__)
