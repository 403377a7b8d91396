"""kill -9 of everything in turn while an order is on its way: people press again, and nothing is lost or done twice."""

import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from portal.core import jobs
from portal.core.db import transaction
from tests.designs import samples
from tests.journeys.creators import Creator
from tests.journeys.given import factory_name, factory_names, merchandiser
from tests.journeys.goods import TOTE
from tests.journeys.merchandisers import Merchandiser
from tests.journeys.people import PHONE, Person
from tests.journeys.stage import Stage

pytestmark = [pytest.mark.journey, pytest.mark.withstand]

CREATORS_LETTERS = Counter(
    account_confirm=1, brief_submitted=1, question_asked=1, quote_sent=1, order_placed=1, deposit_paid=1,
    spec_ready=1, spec_sealed=1,
)  # fmt: skip
FACTORYS_LETTERS = Counter(
    factory_invited=1, answer_received=1, quote_won=1, deposit_paid=1, spec_ready=1, spec_accepted=1, spec_sealed=1
)


def test_an_order_outlives_every_kill(stage: Stage, arrive, tmp_path: Path):
    creator: Creator = arrive(Creator, "stubborn@example.com", strict=False)
    factory: Merchandiser = arrive(Merchandiser, merchandiser(TOTE.category, 0), "zh_Hans", window=PHONE, strict=False)
    brief = idea_to_brief(stage, creator, tmp_path)
    brief_to_quote(stage, creator, factory, brief)
    order = award_to_deposit(stage, creator, brief)
    spec_to_acceptance(stage, creator, factory, order)
    assert_nothing_is_lost(stage, creator, factory, order)


def idea_to_brief(stage: Stage, creator: Creator, folder: Path) -> str:
    """Web dies under the form, the store under the upload, the worker under the check, PostgreSQL under the sending."""
    creator.begins_a_brief(TOTE)
    stage.kill("web")
    insists(creator, lambda: creator.fills_in_the_details(TOTE))
    large = samples.write(folder, "all.zip", samples.archive({"noise.bin": os.urandom(40_000_000)}))
    creator.page.locator("#artwork-files").set_input_files([large, samples.write(folder, "photo.png", samples.png())])
    stage.kill("s3")
    expect(creator.page.locator(".upload")).to_have_count(0, timeout=60_000)
    stage.kill("worker")
    expect(creator.page.locator(".artwork .artwork-meta")).to_have_count(2, timeout=60_000)
    creator.goes_on()
    creator.says_how_many(TOTE)
    creator.chooses_factories(*factory_names(TOTE.category))
    creator.press("Sign up and send")
    creator.sign_up("Ada Winter")
    stage.kill("postgres")
    insists(creator, lambda: creator.press("Send to factories"))
    return creator.page.url


def brief_to_quote(stage: Stage, creator: Creator, factory: Merchandiser, brief: str) -> None:
    """The worker dies while the letters go out, web under the question, PostgreSQL under the quote."""
    stage.kill("worker")
    factory.sign_in()
    factory.opens_the_brief(TOTE.title)
    stage.kill("web")
    insists(factory, lambda: factory.asks("大货颜色以哪个样为准？"))
    creator.answers_a_question(brief, "The approved sample counts.")
    factory.opens_the_brief(TOTE.title)
    factory.starts_a_quote()
    stage.kill("postgres")
    insists(factory, lambda: factory.quotes(TOTE, "6.00", "5.00"))


def award_to_deposit(stage: Stage, creator: Creator, brief: str) -> str:
    """Web dies under the award; the worker, then PostgreSQL, while Stripe tells of the payment."""
    creator.compares(brief, 200)
    stage.kill("web")
    insists(creator, lambda: orders_once(creator, brief))
    order = creator.page.url
    creator.goes_to_pay()
    stage.kill("worker")
    creator.pays()
    stage.kill("postgres")
    creator.finds(order.removeprefix(stage.base_url), "Deposit paid")
    return order


def orders_once(creator: Creator, brief: str) -> None:
    """On the comparison: order; or go to the order, where it was placed and only the answer was lost."""
    if creator.link("Choose").count():
        creator.awards(factory_name(TOTE.category, 0))
    else:
        creator.open(f"{brief}/order")


def spec_to_acceptance(stage: Stage, creator: Creator, factory: Merchandiser, order: str) -> None:
    """The store and the worker die while the spec is made, web and PostgreSQL while it is accepted."""
    stage.kill("s3")
    stage.kill("worker")
    path = order.removeprefix(stage.base_url)
    creator.finds(path, "Accept revision %(revision)s")
    stage.kill("web")
    insists(creator, creator.accepts_the_spec)
    factory.finds(path, "Accept revision %(revision)s")
    stage.kill("postgres")
    insists(factory, factory.accepts_the_spec)
    creator.finds(path, "Spec accepted by both sides")


def assert_nothing_is_lost(stage: Stage, creator: Creator, factory: Merchandiser, order: str) -> None:
    """One of everything, and each letter once: a second copy may only be the same message again."""
    stage.idle()
    two_minutes_pass(stage)
    stage.settled()
    assert stage.rows("select task_name, args from procrastinate_jobs where status = 'failed'") == []
    counted = ("brief", "artwork", "artwork_file", "question", "invitation", "quote", "purchase_order", "spec_revision")
    found = {table: stage.count(table) for table in counted}
    assert found == dict.fromkeys(counted, 1) | {"artwork": 2, "artwork_file": 2, "invitation": 3}
    booked = Counter(row["movement"] for row in stage.rows("select movement from ledger_transaction"))
    assert booked == Counter(leg_paid=1, stripe_fee=1)
    assert stage.rows("select sum(amount_minor) as sum from posting")[0]["sum"] == 0
    happened = Counter(row["name"] for row in stage.rows("select name from event where order_id is not null"))
    assert set(happened.values()) == {1}, happened
    assert stage.letters(creator.email) == CREATORS_LETTERS
    assert stage.letters(factory.email) == FACTORYS_LETTERS
    answer = creator.page.request.get(f"{order}/spec.pdf")
    assert answer.body().startswith(b"%PDF")


def two_minutes_pass(stage: Stage) -> None:
    """For letters that a worker held when it died: nobody else may send them before it must have given up."""
    stage.execute("update email set claimed_at = claimed_at - interval '2 minutes' where stage = 'sending'")
    with stage.portal.app_context(), transaction() as session:
        jobs.defer(session, "mail.sweep", timestamp=int(time.time()))


def insists(person: Person, act: Callable[[], object]) -> None:
    """Do something that begins on this page until it works: from an error, come back to the page and do it again.

    A page that is not there any more has been sent: only its answer was lost.
    """
    page, before = person.page, person.page.url
    page.set_default_timeout(8_000)  # on an error's page there is nothing to wait for
    for _attempt in range(20):
        with suppress(Error):
            if _works(person):
                act()
                if _works(person):
                    return
        page.wait_for_timeout(1000)
        with suppress(Error):
            page.goto(before)
            if page.url != before:
                return
    raise AssertionError(f"{before}: never worked")


def _works(person: Person) -> bool:
    """Whether the page is one of the portal's, and none that says that something is down."""
    return bool(person.page.locator("#main").count()) and not person.page.locator(".error-page").count()
