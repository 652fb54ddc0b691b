"""The names and addresses under which people reach the doors: which may be given, and how they are written.

They go into the root's constraints, so a careless one would widen what the root can vouch for. Knows nothing
of settings or sockets. Source: contract.md `--name`.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def normalized_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names in lower case and the addresses in their shortest form, each once, LOCAL_NAMES left out.

    Raises ValueError, with a sentence for the person, for what is neither a host name nor an address.
    """
    written = [_normalized(name) for name in names]
    return tuple(name for name in dict.fromkeys(written) if name not in LOCAL_NAMES)


def as_address(name: str) -> IPv4Address | IPv6Address | None:
    """The name as an IP address, or None when it is a host name."""
    try:
        return ip_address(name)
    except ValueError:
        return None


def _normalized(name: str) -> str:
    address = as_address(name)
    if address is None:
        return _normalized_host(name)
    if address.is_unspecified or address.is_multicast or "%" in name:
        raise ValueError(f"nobody reaches a machine at {name!r}: give the address that people type")
    return str(address)


def _normalized_host(name: str) -> str:
    host = name.lower().removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise ValueError(
            f"neither a host name nor an IP address: {name!r} (write one such as salle12.ecole.test or "
            "192.0.2.7: no port, no scheme, no wildcard, accented names in their xn-- form)"
        )
    if len(labels) == 1 and host != "localhost":
        raise ValueError(
            f"{name!r} would stand for all names that end so: write it in full, {name}.ecole.test"
        )
    if labels[-2:] == ["gouv", "fr"]:
        raise ValueError(f"{name!r} is an administration's name: the replica never bears one")
    return host
