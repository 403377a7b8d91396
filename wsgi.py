"""The WSGI entry point."""

from portal import create_app
from portal.core.config import Settings
from portal.core.process import settle

app = create_app(Settings.from_env())
settle()
