"""Which addresses requests may reach, and that the address checked is the one connected to."""

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import httpx
import pytest

from kit import addresses
from kit.addresses import AddressRefusedError, addresses_of, allowed, networks
from kit.department_http import ask, close_department_clients, department_client
from kit.settings import settings


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("DAIBAN_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused, not bound
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:0a00:0001::",
        "64:ff9b::a00:1",
    ],
)
def test_inner_addresses_are_refused_however_they_are_written(address: str) -> None:
    assert not allowed(ip_address(address), (), loopback=True)


@pytest.mark.parametrize("address", ["114.114.114.114", "2400:3200::1", "::ffff:114.114.114.114"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert allowed(ip_address(address), (), loopback=False)


def test_an_installation_names_the_inner_networks_of_its_departments() -> None:
    also = networks("10.20.0.0/16, fd12::/16")
    assert allowed(ip_address("10.20.3.4"), also, loopback=False)
    assert allowed(ip_address("fd12::1"), also, loopback=False)
    assert not allowed(ip_address("10.21.3.4"), also, loopback=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_the_own_machine_is_reached_by_a_local_office_only(address: str) -> None:
    assert allowed(ip_address(address), (), loopback=True)
    assert not allowed(ip_address(address), (), loopback=False)


def names(office: pytest.MonkeyPatch, *found: str) -> list[str]:
    """Let every name lead to these addresses, one look-up after the other where there are several lists."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    office.setattr(addresses.socket, "getaddrinfo", look_up)
    return asked


async def test_a_name_that_leads_inside_is_refused_even_if_it_also_leads_outside(office: pytest.MonkeyPatch) -> None:
    names(office, "114.114.114.114", "10.0.0.1")
    with pytest.raises(AddressRefusedError, match="DAIBAN_DEPARTMENT_NETWORKS"):
        await addresses_of(httpx.URL("https://department.test/"))


async def test_plain_http_goes_to_the_own_machine_only(office: pytest.MonkeyPatch) -> None:
    names(office, "114.114.114.114")
    with pytest.raises(AddressRefusedError, match="https"):
        await addresses_of(httpx.URL("http://department.test/"))
    assert await addresses_of(httpx.URL("https://department.test/")) == ("114.114.114.114",)


async def test_a_name_that_nobody_knows_is_trouble_that_passes(office: pytest.MonkeyPatch) -> None:
    def look_up(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("no such name")

    office.setattr(addresses.socket, "getaddrinfo", look_up)
    with pytest.raises(httpx.ConnectError):
        await addresses_of(httpx.URL("https://department.test/"))


async def test_the_address_checked_is_the_one_connected_to(office: pytest.MonkeyPatch) -> None:
    """A name that points elsewhere a moment later (DNS rebinding) is asked once and connected to as it was."""
    office.setenv("DAIBAN_ENVIRONMENT", "local")
    settings.cache_clear()
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    asked = names(office, "127.0.0.1")
    try:
        url = f"http://department.test:{port}/assignments"
        assert (await ask(department_client("HCB"), "POST", url, headers={}, content=b"x")).status_code == 202
    finally:
        await close_department_clients()
        server.close()
    assert asked == ["department.test"]
    assert f"Host: department.test:{port}".encode() in heard[0]
