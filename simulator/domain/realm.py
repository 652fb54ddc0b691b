"""The name of a realm: what it may be, and where a realm's pages begin. Source: contract.md "Realms"."""

import re

DEFAULT_REALM = "default"
"""The realm at the root of the site, and of mail that names none."""

REALM_NAME = r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?"
"""Lower-case letters, digits and hyphens: what a path, a cookie's name and a return path can hold."""


def is_realm_name(text: str) -> bool:
    """Whether a realm may be called so."""
    return re.fullmatch(REALM_NAME, text) is not None


def realm_prefix(realm: str) -> str:
    """What stands before every path of the realm: nothing for the default one."""
    return "" if realm == DEFAULT_REALM else f"/r/{realm}"
