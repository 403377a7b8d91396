"""The WSGI entry point: `app` for any server; `python -m wsgi` serves it."""

from portal import create_app
from portal.core.config import Settings
from portal.core.process import serve, settle

app = create_app(Settings.from_env())
settle(app)

if __name__ == "__main__":
    serve(app)
