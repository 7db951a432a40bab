"""Ports stay what they were, are the usual ones when free, and a taken one is named."""

import socket
from collections.abc import Iterator

import pytest

from deployments import ports
from deployments.ports import USUAL_PORTS, choose_ports
from deployments.stack_state import StackError

ANY = dict.fromkeys(USUAL_PORTS, 0)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_each_server_gets_its_own_free_port() -> None:
    chosen = choose_ports(ANY, {})
    assert set(chosen) == set(USUAL_PORTS)
    assert len(set(chosen.values())) == len(USUAL_PORTS)
    assert choose_ports({}, chosen) == choose_ports(ANY, chosen) == chosen


def test_a_port_asked_for_wins_over_the_remembered_one() -> None:
    remembered, asked = choose_ports(ANY, {}), choose_ports(ANY, {})["portal"]
    assert choose_ports({"portal": asked}, remembered) == {**remembered, "portal": asked}


def test_a_usual_port_that_is_taken_is_left_alone(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "USUAL_PORTS", {"portal": taken})
    assert choose_ports({}, {})["portal"] != taken


def test_a_remembered_port_that_stays_taken_is_an_error_that_names_it(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_PATIENCE_SECONDS", 0.2)
    with pytest.raises(StackError, match=f"port {taken} of portal is taken"):
        choose_ports({}, {**ANY, "portal": taken})


def test_a_server_the_stack_does_not_have_is_refused() -> None:
    with pytest.raises(StackError, match="mailer"):
        choose_ports({"mailer": 25}, {})
