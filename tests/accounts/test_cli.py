"""What an operator of the machine types."""

from portal.accounts.models import Person
from portal.core.actor import Role
from tests.accounts.conftest import sign_in


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["accounts", "add-operator", *arguments])


def test_the_first_operator_gets_a_link_to_choose_a_password(app, visit, mails):
    assert run(app, "olga@example.com", "--name", "Olga").exit_code == 0
    (letter,) = mails()
    assert (letter.template, letter.to) == ("account_reset", "olga@example.com")
    words = "some words for the operator"
    assert visit().post(letter.link, data={"password": words, "password_confirm": words}).location == "/login"
    client = visit()
    assert sign_in(client, "olga@example.com", words).location == "/start"
    assert client.get("/operator").status_code == 200


def test_a_known_or_wrong_address_is_refused_in_words(app, someone, mails):
    person: Person = someone()
    known, wrong = run(app, person.email.upper(), "--name", "X"), run(app, "nobody", "--name", "X")
    assert (known.exit_code, wrong.exit_code) == (1, 1)
    assert "has an account already" in known.output
    assert "name@example.com" in wrong.output
    assert not mails()


def test_nobody_becomes_an_operator_by_signing_up(visit, mails):
    form = {"name": "Eve", "email": "eve@example.com", "password": "some words of eve", "role": Role.OPERATOR.value}
    assert visit().post("/register/operator", data=form).status_code == 404
    visit().post("/register/creator", data=form)
    client = visit()
    client.post(mails()[0].link, data={"password": form["password"]})
    assert client.get("/operator").status_code == 404
