"""Parses the names and addresses of the doors that `--name` gives.

The root's constraints hold these names: a careless name would widen what the root can issue for. It does not
know settings or sockets.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


class UnusableNameError(ValueError):
    """A text is neither a host name nor an address that a door can have; the message is for the user."""


def normalized_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names in lower case and the addresses in their shortest form, without LOCAL_NAMES.

    Each name occurs once. Raises UnusableNameError.
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
        raise UnusableNameError(f"no machine is reached at {name!r}: give the address that people type")
    return str(address)


def _normalized_host(name: str) -> str:
    host = name.lower().removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise UnusableNameError(
            f"neither a host name nor an IP address: {name!r} (write one such as salle12.ecole.test or "
            "192.0.2.7: no port, no scheme, no wildcard, accented names in their xn-- form)"
        )
    if len(labels) == 1 and host != "localhost":
        raise UnusableNameError(
            f"{name!r} would allow all names that end with it: write it in full, {name}.ecole.test"
        )
    if labels[-2:] == ["gouv", "fr"]:
        raise UnusableNameError(f"{name!r} is a name of the administration: the replica never uses one")
    return host
