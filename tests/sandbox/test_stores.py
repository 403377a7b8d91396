"""PostgreSQL and S3 as the sandbox runs them: with the rights that production gives, and whole after a kill."""

import subprocess
from dataclasses import replace
from pathlib import Path

import boto3
import psycopg
import pytest
import requests

from sandbox import peers

ORIGIN = "http://localhost:8000"


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory):
    """A server of its own: these tests kill it."""
    with peers.postgres(tmp_path_factory.mktemp("postgres")) as peer:
        yield peer


@pytest.fixture(scope="module")
def own_s3(tmp_path_factory):
    with peers.s3(tmp_path_factory.mktemp("s3"), origins=(ORIGIN,)) as peer:
        yield peer


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def client(peer):
    settings = peer.settings
    return boto3.client(
        "s3",
        endpoint_url=settings["S3_ENDPOINT"],
        region_name=settings["S3_REGION"],
        aws_access_key_id=settings["S3_ACCESS_KEY"],
        aws_secret_access_key=settings["S3_SECRET_KEY"],
    )


def test_the_web_login_is_neither_superuser_nor_owner(own_postgres):
    with connect(own_postgres.url) as web:
        row = web.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert row.fetchone() == (False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TABLE mine (id int)")


def test_committed_rows_survive_a_kill(own_postgres):
    with connect(own_postgres.admin_url) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 1 AS id")
    own_postgres.kill()
    own_postgres.start()
    with connect(own_postgres.admin_url) as owner:
        assert owner.execute("SELECT id FROM kept").fetchone() == (1,)


def test_it_starts_when_something_else_has_the_killed_servers_process_id(own_postgres):
    """PostgreSQL alone would take any living process of its own user for the server that left the file."""
    service = own_postgres.process.service
    own_postgres.kill()
    pid_file = Path(service.argv[2]) / "postmaster.pid"
    _pid, *rest = pid_file.read_text().splitlines()
    with subprocess.Popen(replace(service, argv=["sleep", "60"]).command) as sleeper:
        pid_file.write_text("\n".join([str(sleeper.pid), *rest, ""]))
        own_postgres.start()
        sleeper.kill()
    with connect(own_postgres.url) as web:
        assert web.execute("SELECT 1").fetchone() == (1,)


def test_objects_survive_a_kill(own_s3):
    store = client(own_s3)
    store.put_object(Bucket="xiaodan-files", Key="a/b", Body=b"whole")
    own_s3.kill()
    own_s3.start()
    assert store.get_object(Bucket="xiaodan-files", Key="a/b")["Body"].read() == b"whole"


@pytest.mark.parametrize(("origin", "allowed"), [(ORIGIN, True), ("http://evil.example", False)])
def test_pages_of_the_portal_may_upload_and_read_etags(own_s3, origin, allowed):
    grant = client(own_s3).generate_presigned_url("put_object", Params={"Bucket": "xiaodan-inbox", "Key": "x"})
    answer = requests.put(grant, data=b"part", headers={"Origin": origin}, timeout=10)
    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed
    assert ("ETag" in answer.headers.get("Access-Control-Expose-Headers", "")) is allowed


def test_strangers_are_refused(own_s3):
    assert requests.get(f"{own_s3.endpoint}/xiaodan-files/a/b", timeout=10).status_code == 403
