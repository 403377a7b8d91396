"""The pages of factories: their own profile, the operator's review, the public directory."""

from flask import Blueprint

bp = Blueprint("factories", __name__)
