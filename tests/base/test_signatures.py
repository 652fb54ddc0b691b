"""Signatures under a secret key: they depend on the key and each text, and any text can be compared."""

import pytest

from maquette.simulator.base.signatures import is_same, sign

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("key", "texts"),
    [
        (b"l" * 32, ("csrf", "visitor", "session")),
        (KEY, ("ticket", "visitor", "session")),
        (KEY, ("csrf", "visitorsession", "")),
        (KEY, ("csrf", "visitor", "")),
        (KEY, ("csrf", "visitor", "session", "")),
        (KEY, ("visitor", "csrf", "session")),
    ],
)
def test_another_key_or_other_texts_give_another_signature(key: bytes, texts: tuple[str, ...]) -> None:
    signature = sign(KEY, "csrf", "visitor", "session")
    assert is_same(signature, sign(KEY, "csrf", "visitor", "session"))
    assert not is_same(signature, sign(key, *texts))


@pytest.mark.parametrize("sent", ["", "é", "\udcff", "0" * 64, sign(KEY, "x")[:-1], sign(KEY, "x").upper()])
def test_a_text_that_is_not_the_signature_is_refused_in_any_encoding(sent: str) -> None:
    assert not is_same(sent, sign(KEY, "x"))
    assert sign(KEY, sent) != sign(KEY, "x")
