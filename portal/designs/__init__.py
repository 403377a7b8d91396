"""Artwork and photos: upload straight to the object store, check by content, previews, findings."""

from flask import Flask

from portal.designs import formats, photo_views, storage, upload_views, views


def init_app(app: Flask) -> None:
    """Wire this feature into the application. Any page may then include "designs/_artworks.html" with nothing but
    `brief_id`."""
    storage.configure(app.extensions["settings"])
    app.register_blueprint(views.bp)
    app.register_blueprint(upload_views.bp)
    app.register_blueprint(photo_views.bp)
    app.jinja_env.globals.update(artwork_panel=views.panel, ARTWORK_FORMATS=formats)
