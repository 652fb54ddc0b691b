"""The name of a realm, and the prefix of its paths."""

import re

DEFAULT_REALM = "default"
"""The realm at the root of the site, and of mail that names no realm."""

REALM_NAME = r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?"
"""Lower-case letters, digits and hyphens, which a path, a cookie's name and a return path can hold."""


def is_realm_name(text: str) -> bool:
    """Whether the text may be a realm's name."""
    return re.fullmatch(REALM_NAME, text) is not None


def realm_prefix(realm: str) -> str:
    """The prefix of every path of the realm: empty for the default one."""
    return "" if realm == DEFAULT_REALM else f"/r/{realm}"
