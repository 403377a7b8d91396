"""Ports stay the same while they are free."""

import socket

import pytest

from sandbox import ports


@pytest.fixture
def busy() -> int:
    with socket.create_server((ports.HOST, 0)) as server:
        yield server.getsockname()[1]


def test_remembered_ports_are_kept_and_busy_ones_replaced(busy):
    first = ports.pick_all(["a", "b"], {})
    again = ports.pick_all(["a", "b", "c"], {**first, "b": busy})
    assert again["a"] == first["a"]
    assert again["b"] != busy
    assert len(set(again.values())) == 3


def test_two_names_never_share_a_port():
    port = ports.pick()
    chosen = ports.pick_all(["a", "b"], {"a": port, "b": port})
    assert chosen["a"] != chosen["b"]


def test_whether_something_listens(busy):
    assert not ports.free(busy)
    assert ports.answers(busy)
    assert not ports.answers(ports.pick())
