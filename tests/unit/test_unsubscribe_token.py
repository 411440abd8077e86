"""The token of an unsubscribe link names its customer, and cannot be forged."""

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.unsubscribe import UnsubscribeToken, masked, seal, unseal

SECRETS = {1: b"a" * 32, 2: b"b" * 32}
LINK = UnsubscribeToken("5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11", "email:newsletter")
TOKEN = seal(LINK, 1, SECRETS[1])


@given(st.uuids(), st.text(st.characters(codec="utf-8"), min_size=1, max_size=100), st.sampled_from([1, 2]))
def test_a_sealed_token_is_unsealed_unchanged(id_: uuid.UUID, key: str, number: int) -> None:
    link = UnsubscribeToken(str(id_), key)
    assert unseal(seal(link, number, SECRETS[number]), SECRETS.get) == link


def test_a_token_needs_no_escaping_in_a_url() -> None:
    assert TOKEN.isascii()
    assert TOKEN.replace("-", "").replace("_", "").isalnum()
    assert len(TOKEN) < 80


def test_a_token_with_a_changed_bit_is_invalid() -> None:
    sealed = base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        assert unseal(base64.urlsafe_b64encode(changed).decode().rstrip("="), SECRETS.get) is None


@pytest.mark.parametrize(
    "token", ["", "A", "AAAA", "=", "é", "..", TOKEN[:-1], TOKEN + "A", TOKEN + "=", TOKEN + " "]
)
def test_a_malformed_token_is_invalid(token: str) -> None:
    assert unseal(token, SECRETS.get) is None


@given(st.text(max_size=200))
def test_an_arbitrary_text_is_no_valid_token(text: str) -> None:
    assert unseal(text, SECRETS.get) is None


@given(st.binary(max_size=100))
def test_arbitrary_bytes_are_no_valid_token(content: bytes) -> None:
    assert unseal(base64.urlsafe_b64encode(b"\1" + content).decode().rstrip("="), SECRETS.get) is None


def test_a_token_has_one_encoding() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [letter for letter in letters if unseal(TOKEN[:-1] + letter, SECRETS.get)] == [TOKEN[-1]]


def test_a_token_sealed_with_another_secret_is_invalid() -> None:
    assert unseal(TOKEN, {1: b"c" * 32}.get) is None
    assert unseal(TOKEN, {2: SECRETS[1]}.get) is None
    assert unseal(seal(LINK, 2, SECRETS[1]), SECRETS.get) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sofia@example.com", "s***@example.com"),
        ("s@example.com", "s***@example.com"),
        ("+48601234567", "***67"),
        ("nonsense", "***se"),
        ("", "***"),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert masked(address) == shown
