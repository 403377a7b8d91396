"""The real parts that tests run on: one of each a session, started when first asked for, gone afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import peers


@pytest.fixture(scope="session")
def peer_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds all peers' data during this session."""
    return tmp_path_factory.mktemp("peers")


@pytest.fixture(scope="session")
def postgres(peer_data: Path) -> Iterator[peers.PostgresPeer]:
    with peers.postgres(peer_data) as peer:
        yield peer


@pytest.fixture(scope="session")
def s3(peer_data: Path) -> Iterator[peers.S3Peer]:
    with peers.s3(peer_data) as peer:
        yield peer


@pytest.fixture(scope="session")
def mailbox(peer_data: Path) -> Iterator[peers.MailboxPeer]:
    with peers.mailbox(peer_data) as peer:
        yield peer


@pytest.fixture(scope="session")
def stripe_peer(peer_data: Path) -> Iterator[peers.StripePeer]:
    with peers.stripe(peer_data) as peer:
        yield peer
