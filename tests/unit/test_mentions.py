"""The identities in input that cannot be parsed, in any form."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from crm.domain.identity import Identity
from crm.domain.identity_mentions import IdentityFinder, MentionReading, mentions_in
from tests.support.activities import browser, email, user
from tests.support.thoroughness import part_of

PLAIN, GERMAN = MentionReading(), MentionReading("DE", ("loyalty_id",))
JANE, PHONE, CARD = (
    email("jane@example.com"),
    Identity("phone", "+49301234567"),
    Identity("loyalty_id", "c-1"),
)
USER, SHORT, TAB = user("u-jane-4711"), user("42"), browser("tab7")


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def found(content: Any, reading: MentionReading = PLAIN) -> bool:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return IdentityFinder([JANE, PHONE, CARD, USER, SHORT, TAB], reading).occurs_in(raw)


@pytest.mark.parametrize(
    "content",
    [
        {"traits": {"email": " JANE@example.COM "}},
        {"a": [{"b": "mail jane@example.com."}]},
        {"url": "https://x.example/?m=jane%40example.com#top"},
        {"jane@example.com": 1},
        {"note": "u-jane-4711"},
        {"userId": "42"},
        {"userId": 42},
        {"batch": [{"type": "track"}, {"previousId": "tab7"}]},
        {"phone": "+49 (30) 12345-67"},
        b'{"userId": "u-jane-4711", "broken',
        b"jane@example.com\xff\xfe",
        b'{"m": "jane\\u0040example.com"}',
        packed(b'{"m": "jane@example.com"}'),
        packed(b"x" * 600_000 + b" jane@example.com"),
        packed(b"\n".join(b"line %d jane@example.com" % n for n in range(9999)))[:-20],
    ],
)
def test_an_identity_is_found_in_any_form(content: Any) -> None:
    assert found(content)


@pytest.mark.parametrize(
    "content",
    [
        {"email": "jane@example.community", "m": "not-jane@example.com", "x": "jane@example.com.mx"},
        {"amount": 42, "list": ["42"], "userId": "421"},
        {"user": "u-jane-47110", "anonymousId": "tab77"},
        {"phone": "030 1234567", "loyalty": {"type": "loyalty_id", "id": "c-1"}},
        b"",
        b"\x1f\x8b broken",
        b"[" * 100_000,
    ],
)
def test_other_identities_are_not_found(content: Any) -> None:
    assert not found(content)


def test_custom_identity_types_and_national_phones_are_found() -> None:
    assert found({"phone": "030 1234567"}, GERMAN)
    assert found({"context": {"externalIds": [{"type": "loyalty_id", "id": "c-1"}]}}, GERMAN)


def test_identities_are_found_in_deeply_nested_input() -> None:
    assert found(b'{"a":' * 500 + b'"jane@example.com"' + b"}" * 500)


@pytest.mark.parametrize(
    "beginning",
    [
        b'{"userId": "42", "properties": {"noise": "xxxxxxx',
        b'{"batch": [{"type": "track", "userId": 42}, {"type": "tr',
        b'{"a": {"previousId" : "tab7"}, "b": "\\u',
        b'{"context": {"traits": {"email": "jane\\u0040example.com", "x": "',
        b'{"context": {"externalIds": [{"type": "loyalty_id", "id": "c-1"}, {"ty',
        b'{"phone": "+49 (30) 12345-67", "address": {"street": "Stre\xc3',
    ],
)
def test_an_identity_is_found_in_a_truncated_message(beginning: bytes) -> None:
    assert found(beginning, GERMAN)


def test_a_truncated_message_has_identities_and_a_time() -> None:
    beginning = (
        b'{"userId": "421", "timestamp": "2026-11-21T10:00:00Z", "sentAt": "2026-11-21T12:00:00Z", "x": "'
    )
    assert not found(beginning, GERMAN)
    (mention,) = mentions_in(beginning, PLAIN)
    assert (mention.identities, mention.at) == (frozenset({user("421")}), 1_795_255_200_000)


@pytest.mark.parametrize(
    "piece",
    [b'"userId":"', b'\\"', b'{"', b'"userId": "\\', b"{", b"a@", b"\\u00", b"a@b.example " + b"x" * 99_988],
)
@pytest.mark.timeout(60)
def test_any_input_is_searched_in_linear_time(piece: bytes) -> None:
    """Quadratic time would take minutes."""
    found(piece * (part_of(500_000, least=100_000) // len(piece)), GERMAN)


def test_each_message_of_a_batch_has_its_own_time() -> None:
    batch = {
        "sentAt": "2026-11-21T12:00:00Z",
        "batch": [
            {"userId": "u1", "timestamp": "2026-11-21T10:00:00Z"},
            {"anonymousId": "a1", "originalTimestamp": "nonsense"},
            "no message",
        ],
    }
    first, second, third = mentions_in(json.dumps(batch).encode(), PLAIN)
    assert (first.identities, first.at) == (frozenset({user("u1")}), 1_795_255_200_000)
    assert (second.identities, second.at) == (frozenset({browser("a1")}), 1_795_262_400_000)
    assert (third.identities, third.at) == (frozenset(), 1_795_262_400_000)
