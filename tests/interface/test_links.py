"""Nothing on a page leads where its reader may not go."""

import html
import re

import pytest
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.db import transaction
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from tests import make
from tests.orders.stages import at_stage, sides

_LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
_FILE = re.compile(r"^/static/|\.(pdf|zip)$")  # no worker has made these
_ENOUGH = 200  # pages; lists of years and filters have no end


def _person(session: Session, order: Order, who: str) -> Person | None:
    if who == "visitor":
        return None
    if who == "operator":
        return make.person(session, role=Role.OPERATOR)
    return session.get_one(Person, sides(session, order)[who == "factory"].person_id)


@pytest.mark.parametrize("stage", [OrderStage.SAMPLE_REVIEW, OrderStage.CLOSED])
@pytest.mark.parametrize("who", ["visitor", "creator", "factory", "operator"])
def test_every_link_opens(clean, sign_in, who, stage):
    with transaction() as session:
        person = _person(session, at_stage(session, stage), who)
    client = sign_in(person)
    found = {"/": "", "/factories": ""}
    waiting = list(found)
    while waiting and len(found) < _ENOUGH:
        path = waiting.pop(0)
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 400, f"{path}, linked on {found[path]}, answers {answer.status_code}"
        if answer.mimetype == "text/html":
            for link in map(html.unescape, _LINK.findall(answer.text)):
                if link not in found and not _FILE.search(link):
                    found[link] = path
                    waiting.append(link)
    assert len(found) > 10
