"""Statements that are run again: the same answers as the first time, whatever became of the values and columns."""

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.db import among, reader, transaction
from tests import make

_BY_ROLE = select(Person.id, Person.role, Person.name.label("called")).where(
    Person.role == bindparam("role"), Person.locale == "en"
)
_AMONG = select(Person.id).where(among(Person.id, "ids"))
_BROKEN = select(sa.func.nowhere(bindparam("x", type_=sa.Integer)))


def test_the_third_time_answers_as_the_first(context):
    with transaction() as session:
        made = {make.person(session).id for _n in range(3)}
        operator = make.person(session, Role.OPERATOR)
        operator_id, name = operator.id, operator.name
    for _time in range(4):
        rows = reader().execute(_BY_ROLE, {"role": Role.CREATOR}).all()
        assert {row.id for row in rows} >= made
        assert {row.role for row in rows} == {Role.CREATOR}
        assert all(isinstance(row.role, Role) for row in rows)
        others = {row.id: row for row in reader().execute(_BY_ROLE, {"role": Role.OPERATOR})}
        assert others[operator_id]._asdict()["called"] == name


def test_a_list_of_ids_may_be_of_any_length(context):
    with transaction() as session:
        ids = [make.person(session).id for _n in range(3)]
    for wanted in ([], ids[:1], ids, ids[1:]):
        assert set(reader().execute(_AMONG, {"ids": wanted}).scalars()) == set(wanted)


def test_an_error_is_sqlalchemys_each_time(context):
    for _time in range(3):
        with pytest.raises(ProgrammingError):
            reader().execute(_BROKEN, {"x": 1})


def test_numbers_of_any_size_and_none_at_all_can_follow_each_other(context):
    same = select(sa.cast(bindparam("x", type_=sa.BigInteger), sa.BigInteger))
    for number in (1, 2, 40_000, 3_000_000_000, None, -5, 2**62):
        assert reader().execute(same, {"x": number}).scalar_one() == number


def test_a_lost_connection_is_told_and_the_next_one_knows_its_statements(app):
    pid, by_role = select(sa.func.pg_backend_pid()), {"role": Role.CREATOR}
    with app.app_context():
        for _time in range(3):
            lost = reader().execute(pid).scalar_one()
            reader().execute(_BY_ROLE, by_role).all()
        with transaction() as session:
            session.execute(select(sa.func.pg_terminate_backend(lost)))
        with pytest.raises(OperationalError) as told:
            list(map(reader().execute, [_BY_ROLE] * 50, [by_role] * 50))  # the end takes a moment
        assert told.value.connection_invalidated
    with app.app_context():
        assert reader().execute(pid).scalar_one() != lost
        assert reader().execute(_BY_ROLE, by_role).all() is not None


def test_other_parameters_are_another_execution(context):
    said = bindparam("word", "by itself")
    either = select(sa.cast(said, sa.String))
    for _time in range(3):
        assert reader().execute(either).scalar_one() == "by itself"
        assert reader().execute(either, {"word": "given"}).scalar_one() == "given"
