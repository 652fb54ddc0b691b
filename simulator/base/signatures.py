"""Signatures under a secret key: HMAC-SHA-256 over several texts, and comparison in constant time.

Decides how a text becomes octets and how the texts are kept apart; must not know what is signed.
"""

import hmac


def sign(key: bytes, *texts: str) -> str:
    """The signature of the texts in this order, in hexadecimal; no text may hold a line feed."""
    return hmac.digest(key, _octets("\n".join(texts)), "sha256").hex()


def is_same(given: str, expected: str) -> bool:
    """Compare a request's text with the expected secret, in constant time."""
    return hmac.compare_digest(_octets(given), _octets(expected))


def _octets(text: str) -> bytes:
    """Return the text's octets as they were sent; octets that are not UTF-8 arrive as lone surrogates."""
    return text.encode("utf-8", "surrogateescape")
