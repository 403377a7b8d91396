"""The pages of orders: choosing a quote, the orders of each side, the operators' desk."""

from flask import Blueprint

bp = Blueprint("orders", __name__)
