"""payments"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Wire this feature into the application."""
