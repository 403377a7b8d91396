"""Browsers of people who read English, so that tests can look for the words of the templates."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core.db import transaction


@pytest.fixture
def english(sign_in: Callable[[Person | None], FlaskClient]) -> Callable[[Person], FlaskClient]:
    """Sign somebody in, whose language is English from now on."""

    def be(person: Person) -> FlaskClient:
        with transaction() as session:
            session.get_one(Person, person.id).locale = "en"
        return sign_in(person)

    return be
