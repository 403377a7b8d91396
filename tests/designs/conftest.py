"""A creator with a draft, and what a browser does to send files: the grants used over real HTTP."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import db, transaction
from portal.core.events import Event
from portal.designs import tasks
from portal.designs.models import ArtworkFile
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief
from tests import make

JSON = {"Accept": "application/json"}


def send(url: str, data: bytes, media_type: str = "") -> int:
    """PUT as a browser would; the status."""
    request = urllib.request.Request(url, data=data, method="PUT")  # noqa: S310
    # urllib adds a type of its own where none is given
    request.add_unredirected_header("Content-Type", media_type)
    if not media_type:
        request.unredirected_hdrs.pop("Content-type")
        request.add_unredirected_header("Content-Type", "")
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@dataclass
class Desk:
    """A creator's browser at one brief."""

    client: FlaskClient
    creator: Person
    brief: Brief

    def begin(self, name: str, size: int, *, status: int = 201, **more: Any) -> dict[str, Any]:
        answer = self.client.post(
            f"/briefs/{self.brief.id}/uploads", json={"name": name, "size": size, "type": "", **more}, headers=JSON
        )
        assert answer.status_code == status, answer.text
        return answer.json

    def ask(self, plan: dict[str, Any], verb: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Any:
        answer = self.client.post(f"/uploads/{plan['id']}/{verb}", json=body or {}, headers=JSON)
        assert answer.status_code == status, answer.text
        return answer.json

    def sign(self, plan: dict[str, Any], *numbers: int) -> dict[str, str]:
        return self.ask(plan, "sign", {"parts": list(numbers)})["urls"]

    def put(self, plan: dict[str, Any], data: bytes, *numbers: int) -> None:
        """Send these parts (all of them when none is named) as they should be."""
        for number in numbers or range(1, plan["parts"] + 1):
            piece = data[(number - 1) * plan["part_size"] : number * plan["part_size"]]
            media_type = plan["type"] if plan["parts"] == 1 else ""
            assert send(self.sign(plan, number)[str(number)], piece, media_type) == 200

    def upload(self, name: str, data: bytes, **more: Any) -> UUID:
        """The whole way to the object store; the file's id."""
        plan = self.begin(name, len(data), **more)
        self.put(plan, data)
        assert self.ask(plan, "complete") == {"missing": []}
        return UUID(plan["id"])

    def upload_and_check(self, name: str, data: bytes, **more: Any) -> ArtworkFile:
        ident = self.upload(name, data, **more)
        check(ident)
        return row(ident)

    def list(self) -> str:
        return self.client.get(f"/briefs/{self.brief.id}/artworks").text


def row(ident: UUID | str) -> ArtworkFile:
    """The file as it is stored now."""
    with transaction() as session:
        return session.get_one(ArtworkFile, UUID(str(ident)))


def check(ident: UUID | str) -> None:
    """What the worker does after an upload."""
    with transaction() as session:
        query = select(Event.id).where(Event.subject_id == UUID(str(ident)), Event.name == "artwork_uploaded")
        event_id = session.scalars(query).one()
    tasks.inspect(event_id=str(event_id))


def jobs() -> list[tuple[str, dict[str, Any]]]:
    """(task, arguments) of what waits for the worker."""
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql("select task_name, args from procrastinate_jobs order by id")
        return [(name, args) for name, args in rows]


@pytest.fixture
def desk(client: FlaskClient, sign_in) -> Desk:
    """A creator, signed in, with a draft of printed goods: one print of 80 x 60 mm on a mug."""
    with transaction() as session:
        creator = make.person(session)
        values = {"item": "mug", "locations": [{"method": "uv", "position": "front", "width": 80, "height": 60}]}
        brief = make.brief(session, creator, "printed_goods", stage=BriefStage.DRAFT, values=values)
    sign_in(creator)
    return Desk(client, creator, brief)
