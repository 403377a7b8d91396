"""Alembic's entry: runs the revisions on the connection that `portal.core.schema` gives it."""

from typing import Any

from alembic import context

from portal.core import schema

connection = context.config.attributes["connection"]


def ours(obj: Any, name: str | None, kind: str, _reflected: bool, _compare: Any) -> bool:
    """Leave procrastinate's own tables out of comparisons: they come with its schema."""
    return not (name or "").startswith("procrastinate_")


context.configure(
    connection=connection,
    target_metadata=schema.whole_metadata(),
    include_object=ours,
    compare_type=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
