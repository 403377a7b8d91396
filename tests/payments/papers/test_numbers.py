"""Numbers have no gap and no double, whoever takes them at once and whatever is rolled back."""

import random
import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlmodel import Session, select

from portal.core.db import db, new_id
from portal.payments.papers import numbers
from portal.payments.papers.models import PaperSeries, TaxPaper, TaxPaperKind
from tests import deals
from tests.orders.placing import placed

THREADS, TRIES = 12, 25


def bear(
    session: Session, order_id: UUID, kind: TaxPaperKind = TaxPaperKind.RECEIPT, year: int = 2031, leap: int = 0
) -> TaxPaper:
    """A paper that bears the next number, or one that comes `leap` later."""
    serial = numbers.take_next(session, kind, year) + leap
    paper = TaxPaper(
        kind=kind, year=year, serial=serial, number=numbers.written(kind, year, serial), order_id=order_id,
        subject_id=new_id(), for_factory=False, currency="USD", total_minor=1, content_hash="00" * 32,
    )  # fmt: skip
    session.add(paper)
    session.flush()
    return paper


@pytest.fixture
def order_id(context: Flask, clean: None) -> UUID:
    with db.sessionmaker() as session, session.begin():
        made = deals.deal(session)
        deals.quoted(session, made)
        order = placed(session, made)
    return order.id


def test_many_threads_and_rollbacks_leave_no_gap_and_no_double(app: Flask, order_id: UUID):
    kept: list[int] = []
    rolled_back = threading.Semaphore(0)

    def issue(seed: int) -> None:
        dice = random.Random(seed)
        with app.app_context():
            for _try in range(TRIES):
                with db.sessionmaker() as session:
                    session.begin()
                    serial = bear(session, order_id).serial
                    if dice.random() < 0.4:
                        session.rollback()
                        rolled_back.release()
                    else:
                        session.commit()
                        kept.append(serial)

    threads = [threading.Thread(target=issue, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rolled_back.acquire(blocking=False), "nothing was rolled back: this shows nothing"
    assert len(kept) > THREADS
    assert sorted(kept) == list(range(1, len(kept) + 1))
    with db.sessionmaker() as session:
        written = session.scalars(select(TaxPaper.number).order_by(TaxPaper.serial)).all()
    assert written == [f"RC-2031-{n:06}" for n in range(1, len(kept) + 1)]


def test_series_and_years_count_apart(session: Session):
    made = deals.deal(session)
    deals.quoted(session, made)
    order = placed(session, made)
    of = TaxPaperKind
    asked = [(of.RECEIPT, 2031), (of.RECEIPT, 2031), (of.CREDIT_NOTE, 2031), (of.RECEIPT, 2032), (of.PROFORMA, 2031)]
    assert [bear(session, order.id, kind, year).number for kind, year in asked] == [
        "RC-2031-000001", "RC-2031-000002", "CN-2031-000001", "RC-2032-000001", "PI-2031-000001",
    ]  # fmt: skip


def test_a_number_without_a_paper_is_not_committed(order_id: UUID):
    with db.sessionmaker() as session, pytest.raises(IntegrityError, match="is on no paper"), session.begin():
        numbers.take_next(session, TaxPaperKind.RECEIPT, 2031)


def test_a_number_out_of_turn_is_refused(order_id: UUID):
    with db.sessionmaker() as session, session.begin():
        bear(session, order_id)
    with db.sessionmaker() as session, pytest.raises(IntegrityError, match="next number"), session.begin():
        bear(session, order_id, leap=7)


@pytest.mark.parametrize("table", ["tax_paper", "tax_paper_file", "paper_series"])
@pytest.mark.parametrize("change", ["delete from {}", "update {} set created_at = now()"])
def test_papers_are_not_rewritten_even_by_the_owner(app: Flask, order_id: UUID, table: str, change: str):
    with db.sessionmaker() as session, session.begin():
        paper = bear(session, order_id)
        session.flush()
        filed = text("insert into tax_paper_file values (:id, now(), :paper, 'key', 'hash')")
        session.execute(filed, {"id": new_id(), "paper": paper.id})
    engine = create_engine(app.extensions["settings"].migration_url)
    with engine.connect() as connection, pytest.raises(IntegrityError, match=r"append-only|counts by one"):
        connection.execute(text(change.format(table)))
    engine.dispose()


@pytest.mark.parametrize("table", ["tax_paper", "tax_paper_file"])
def test_the_web_login_may_not_even_try(context: Flask, table: str):
    with db.engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(f"update {table} set created_at = now()"))


def test_a_series_never_counts_back(order_id: UUID):
    with db.sessionmaker() as session, session.begin():
        bear(session, order_id)
    with db.sessionmaker() as session, pytest.raises(IntegrityError, match="counts by one"), session.begin():
        session.execute(text("update paper_series set last = last + 2"))
    with db.sessionmaker() as session:
        assert session.scalars(select(PaperSeries.last)).all() == [1]
