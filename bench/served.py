"""The portal and, beside it in the same server, what its pages are measured against: a bare signed-out Flask page
with one indexed query and a Jinja table of 20 rows."""

import os

from flask import Flask, render_template_string
from sqlalchemy import create_engine, text
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from portal import create_app
from portal.core.config import Settings
from portal.core.process import serve, settle

_TABLE = """<!doctype html><html lang="en"><title>Orders</title><table>
{% for row in rows %}<tr><td>{{ row.number }}</td><td>{{ row.title }}</td><td>{{ row.stage }}</td>
<td>{{ row.quantity }}</td><td>{{ row.total_minor }}</td></tr>{% endfor %}</table></html>"""

bare = Flask("bare")
_engine = create_engine(os.environ["DATABASE_URL"], pool_size=4, isolation_level="AUTOCOMMIT")
_query = text(
    "select number, title, stage, quantity, total_minor from purchase_order"
    " where creator_id = :creator order by number desc limit 20"
)


@bare.get("/<creator>")
def table(creator: str) -> str:
    with _engine.connect() as connection:
        rows = connection.execute(_query, {"creator": creator}).all()
    return render_template_string(_TABLE, rows=rows)


app = create_app(Settings.from_env())
settle(app)
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/bare": bare})  # type: ignore[method-assign]

if __name__ == "__main__":
    serve(app)
