"""Which network addresses a request of ours may reach: resolved, checked, and then the very address connected to."""

import asyncio
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from kit.settings import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
#: Names are looked up in threads of their own: a zone that does not answer must not keep others from the default ones.
_LOOK_UPS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="look-up")


class AddressRefusedError(Exception):
    """An address that no request of ours may go to; nothing was sent."""


def networks(text: str) -> tuple[Network, ...]:
    """Read networks separated by commas. Raises ValueError."""
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def allowed(address: Address, also: Iterable[Network], *, loopback: bool) -> bool:
    """Tell whether requests may go there: to public addresses, and to those that the installation names.

    An address that carries another one inside counts as that one.
    """
    address = _inner(address)
    if any(address.version == each.version and address in each for each in also):
        return True
    if address.is_loopback:
        return loopback
    return address.is_global and not address.is_multicast


def _inner(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


async def addresses_of(url: httpx.URL, also: Iterable[Network] | None = None) -> tuple[str, ...]:
    """Resolve a URL's host to the addresses to connect to, in order; ``also`` may be inner ones, those of departments.

    Raises AddressRefusedError when any of them is refused, for a name with one foot inside is no department's, and for
    plain HTTP to another machine; httpx.ConnectError when there is no such name.
    """
    port = url.port or (443 if url.scheme == "https" else 80)
    found = await _resolve(url.host, port)
    inside = networks(settings().department_networks) if also is None else tuple(also)
    loopback = settings().environment == "local"
    for address in found:
        if not allowed(address, inside, loopback=loopback):
            raise AddressRefusedError(
                f"地址 {url.host}（{address}）属于内部网段，拒绝连接；确属部门专网的，请列入 DAIBAN_DEPARTMENT_NETWORKS"
            )
        if url.scheme != "https" and not _inner(address).is_loopback:
            raise AddressRefusedError(f"{url.host} 须使用 https")
    return tuple(str(address) for address in found)


async def _resolve(host: str, port: int) -> tuple[Address, ...]:
    try:
        return (ip_address(host),)
    except ValueError:
        pass  # a name
    loop = asyncio.get_running_loop()
    try:
        rows = await loop.run_in_executor(_LOOK_UPS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except OSError as error:
        raise httpx.ConnectError(f"{host}: {error}") from error
    return tuple(dict.fromkeys(ip_address(str(row[4][0]).partition("%")[0]) for row in rows))
