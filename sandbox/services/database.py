"""The portal's database, with the two roles that production has too: one owns the schema, one serves the web."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from sandbox.services.postgres import Postgres

OWNER, WEB = "xiaodan_owner", "xiaodan"

#: What an administrator runs once in production too; the rights on tables come with the migrations.
_GRANTS = """
    GRANT CONNECT ON DATABASE {database} TO {web};
    ALTER SCHEMA public OWNER TO {owner};
"""


@dataclass(frozen=True)
class Database:
    """A database on a running server. `url` is the web role's, `owner_url` the one that migrations use."""

    server: Postgres
    name: str
    web_password: str
    owner_password: str

    @property
    def url(self) -> str:
        return self.server.url(WEB, self.web_password, self.name)

    @property
    def owner_url(self) -> str:
        return self.server.url(OWNER, self.owner_password, self.name)

    def create(self) -> bool:
        """Make the roles and the database where they are missing. Returns whether the database is new, so empty."""
        with psycopg.connect(self.server.admin_url(), autocommit=True) as admin:
            for role, password in ((OWNER, self.owner_password), (WEB, self.web_password)):
                known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                verb = "ALTER" if known else "CREATE"
                statement = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}")
                admin.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
            new = not self._exists(admin)
            if new:
                admin.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(self.name), sql.Identifier(OWNER))
                )
        names = {"database": self.name, "owner": OWNER, "web": WEB}
        grants = sql.SQL(_GRANTS).format(**{key: sql.Identifier(value) for key, value in names.items()})
        with psycopg.connect(self.server.admin_url(self.name)) as admin:
            admin.execute(grants)
        return new

    def trust_owner(self) -> None:
        """Let the owner do anything, for tests."""
        with psycopg.connect(self.server.admin_url(), autocommit=True) as admin:
            admin.execute(sql.SQL("ALTER ROLE {} SUPERUSER").format(sql.Identifier(OWNER)))

    def drop(self) -> None:
        """Remove the database and everything in it, whoever is connected."""
        with psycopg.connect(self.server.admin_url(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def _exists(self, admin: "psycopg.Connection[tuple[int]]") -> bool:
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone()
        return found is not None
