"""Hosts in URLs, origins, and the Host headers that a door accepts.

As in a browser, the port that a scheme implies is left out.
"""

from collections.abc import Iterable
from functools import lru_cache

_IMPLIED = {"http": 80, "https": 443}


def in_url(host: str) -> str:
    """The host as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


@lru_cache(maxsize=100)
def origin(scheme: str, host: str, port: int) -> str:
    """The origin of a door, without a slash at its end."""
    return f"{scheme}://{host_header(scheme, host, port)}"


def host_header(scheme: str, host: str, port: int) -> str:
    """The Host header that a browser sends to that door."""
    return in_url(host).lower() + ("" if port == _IMPLIED[scheme] else f":{port}")


def host_headers(scheme: str, hosts: Iterable[str], port: int) -> frozenset[str]:
    """The Host headers that a door accepts, with the port and, where it is implied, without."""
    written = {host_header(scheme, host, port) for host in hosts}
    return frozenset(written | {f"{in_url(host).lower()}:{port}" for host in hosts})


def host_of(header: str) -> str:
    """The host that a Host header names, its port left out."""
    bracketed, bracket, _ = header.partition("]")
    return bracketed + bracket if bracket else header.partition(":")[0]
