"""The data folder: one supervisor at a time, secrets that stay, facts that survive a kill."""

import pytest

from sandbox.datafolder import AlreadyRunning, DataFolder, FolderError


@pytest.fixture
def folder(tmp_path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.open()
    return folder


def test_a_second_one_is_told_who_holds_it(folder):
    folder.note(base_url="http://localhost:1234")
    with pytest.raises(AlreadyRunning, match=r"already running at http://localhost:1234 \(pid \d+\)"):
        DataFolder(folder.path).open()


def test_it_shows_whether_it_is_held(folder):
    other = DataFolder(folder.path)
    assert other.held()
    folder.close()
    assert not other.held()


def test_secrets_are_made_once_and_nobody_else_reads_them(folder):
    secret = folder.secret("session")
    assert len(secret) >= 32
    folder.close()
    again = DataFolder(folder.path)
    again.open()
    assert again.secret("session") == secret
    assert again.secret("another") != secret
    assert (folder.path / "state.json").stat().st_mode & 0o077 == 0
    assert folder.path.stat().st_mode & 0o077 == 0


def test_a_kill_while_saving_leaves_the_earlier_facts(folder):
    folder.save(demo="loaded")
    (folder.path / "state.json.new").write_text('{"demo": "lo')
    folder.close()
    again = DataFolder(folder.path)
    again.open()
    assert again.state["demo"] == "loaded"


def test_what_cannot_be_a_folder_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match="cannot use"):
        DataFolder(tmp_path / "file").open()
