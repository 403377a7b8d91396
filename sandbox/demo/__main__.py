"""`python -m sandbox.demo load` fills an empty database, once; `logins` prints the demo's logins as JSON."""

import json
import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any

from flask import Flask
from sqlmodel import select

from portal import create_app
from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Actor
from portal.core.config import Settings
from portal.core.db import transaction
from sandbox.demo import banking, collecting, contesting, firms, papering, paying, people
from sandbox.demo.stories import STORIES
from sandbox.demo.telling import Telling

_TELLERS = 3  # each waits for papers and photos most of the time


def load() -> None:
    """Fill the database; does nothing when somebody is in it already."""
    forked = multiprocessing.get_context("fork")  # what is imported need not be imported again
    with ProcessPoolExecutor(_TELLERS, forked, paying.share_till, (forked.Lock(),)) as tellers:
        creators = tellers.submit(in_portal, cast).result()
        if creators is None:
            return
        told = [tellers.submit(in_portal, tell, number, creators) for number in range(len(STORIES))]
        for one in told:
            one.result()
        for finish in AFTER_ALL:
            tellers.submit(in_portal, finish).result()


def in_portal(do: Callable[..., Any], *arguments: Any) -> Any:
    """Do it within the portal, in this process."""
    with portal().app_context():
        return do(*arguments)


@cache
def portal() -> Flask:
    """This process's own."""
    return create_app(Settings.from_env())


def cast() -> dict[str, Actor] | None:
    """Make everybody: key -> creator. None when somebody is there already."""
    with transaction() as session:
        if session.exec(select(Person.id)).first():
            return None
        say("people and factories")
        with clock.at(clock.now() - clock.days(90)):
            creators, operator = people.load(session)
            firms.load(session, people.actor(operator))
        people.enter_rates(session, people.actor(operator))
    collecting.load()
    collecting.look("Golden Needle Toys", "银行退回了上一笔汇款，核对户名。", operator=people.actor(operator))
    return {key: people.actor(creator) for key, creator in creators.items()}


def tell(number: int, creators: dict[str, Actor]) -> None:
    """Tell one of the stories."""
    story = STORIES[number]
    say(story.title)
    Telling(story, creators[story.by]).tell()


def name_logins() -> None:
    with transaction() as session:
        people.name_factory_logins(session)


def say(what: str) -> None:
    print(f"  demo data: {what}", file=sys.stderr, flush=True)


#: What concerns all stories, in this order, once they are told.
AFTER_ALL = (banking.load, contesting.load, papering.load, name_logins)


if __name__ == "__main__":
    if sys.argv[1:] == ["logins"]:
        print(json.dumps(people.LOGINS))
    elif sys.argv[1:] == ["load"]:
        load()
    else:
        sys.exit(__doc__)
