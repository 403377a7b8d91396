"""Statements that are run again: the same answers as the first time, whatever became of the values and columns."""

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam, select
from sqlalchemy.exc import ProgrammingError

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


def test_other_parameters_are_another_execution(context):
    said = bindparam("word", "by itself")
    either = select(sa.cast(said, sa.String))
    for _time in range(3):
        assert reader().execute(either).scalar_one() == "by itself"
        assert reader().execute(either, {"word": "given"}).scalar_one() == "given"
