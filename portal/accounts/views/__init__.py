"""The pages of accounts, on one blueprint; Flask-Security's have their own."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
