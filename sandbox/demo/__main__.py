"""`python -m sandbox.demo load` fills an empty database, once; `logins` prints the demo's logins as JSON."""

import json
import sys

from sqlmodel import select

from portal import create_app
from portal.accounts.models import Person
from portal.core import clock
from portal.core.config import Settings
from portal.core.db import transaction
from sandbox.demo import firms, people
from sandbox.demo.stories import STORIES
from sandbox.demo.telling import Telling


def load() -> None:
    """Fill the database; does nothing when somebody is in it already."""
    with create_app(Settings.from_env()).app_context():
        with transaction() as session:
            if session.exec(select(Person.id)).first():
                return
            say("people and factories")
            with clock.at(clock.now() - clock.days(60)):
                creators, operator = people.load(session)
                firms.load(session, people.actor(operator))
        for story in STORIES:
            say(story.title)
            Telling(story, creators[story.by]).tell()
        with transaction() as session:
            people.name_factory_logins(session)


def say(what: str) -> None:
    print(f"  demo data: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["logins"]:
        print(json.dumps(people.LOGINS))
    elif sys.argv[1:] == ["load"]:
        load()
    else:
        sys.exit(__doc__)
