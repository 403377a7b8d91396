"""How pages travel: compressed, under addresses that follow their content; and what is said without a database."""

import gzip

import pytest
import sqlalchemy as sa


def test_a_page_is_compressed_for_who_can_read_it(client):
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"<html" in gzip.decompress(packed.data)
    assert len(packed.data) < len(plain.data) / 2


def test_static_files_are_compressed_and_versioned(client, app):
    page = client.get("/").text
    assert f"v={app.extensions['build']}" in page
    script = client.get("/static/js/app.js", headers={"Accept-Encoding": "gzip"})
    assert b"function" in gzip.decompress(script.data)
    again = client.get("/static/js/app.js", headers={"If-None-Match": script.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/", "/orders"])
def test_without_a_database_people_are_told(client, monkeypatch, path: str):
    def down() -> None:
        raise sa.exc.OperationalError("select 1", {}, Exception("connection refused"))

    monkeypatch.setitem(client.application.extensions, "actor_loader", down)
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "<h1" in answer.text
    assert f'href="{path}?"' in answer.text, "a way to try again"
    assert client.get("/nowhere").status_code == 503, "also where there is nothing"
    assert "it is still filled in" in client.post("/briefs/new").text, "who sends a form is told to go back to it"
