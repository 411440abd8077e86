"""The body of a tracking request is read into messages."""

import gzip
import json
from typing import Any

import pytest

from crm.domain.errors import InvalidInputError
from crm.domain.tracking.wire import (
    MAX_BATCH_BYTES,
    MAX_DEPTH,
    MAX_MESSAGE_BYTES,
    check_message,
    decompress,
    is_deeper,
    parse_document,
    read_envelope,
)


def code(work: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        work()
    return caught.value.code


def nested(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


def test_gzip_is_detected_by_its_magic_number() -> None:
    assert decompress(gzip.compress(b'{"a":1}')) == b'{"a":1}'
    assert decompress(b'{"a":1}') == b'{"a":1}'


def test_a_decompression_bomb_is_refused() -> None:
    bomb = gzip.compress(b" " * 20_000_000, 1)
    assert len(bomb) < 100_000
    assert code(lambda: decompress(bomb)) == "batch_too_large"


def test_a_broken_gzip_body_is_refused() -> None:
    assert code(lambda: decompress(gzip.compress(b"{}" * 100)[:-9])) == "invalid_gzip"
    assert code(lambda: decompress(b"\x1f\x8bnonsense")) == "invalid_gzip"


def test_a_batch_over_half_a_megabyte_is_refused() -> None:
    assert len(decompress(b" " * MAX_BATCH_BYTES)) == MAX_BATCH_BYTES
    assert code(lambda: decompress(b" " * (MAX_BATCH_BYTES + 1))) == "batch_too_large"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff{}", b"[]", b"null", b'"text"', b"{}{}", b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}"],
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    assert code(lambda: parse_document(body)) == "invalid_json"


def test_nan_and_infinity_are_read_as_null() -> None:
    assert parse_document(b'{"a":NaN,"b":-Infinity,"c":1e999,"d":1.5}') == {
        "a": None,
        "b": None,
        "c": None,
        "d": 1.5,
    }


def test_half_surrogate_pairs_are_replaced() -> None:
    assert parse_document(b'{"a":"cut \\ud83d","b":"\\ud83d\\ude00"}') == {"a": "cut \ufffd", "b": "😀"}


def test_a_byte_order_mark_is_skipped() -> None:
    assert parse_document(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, "invalid_batch"),
        ({"batch": {}}, "invalid_batch"),
        ({"batch": "x"}, "invalid_batch"),
        ({"batch": []}, "empty_batch"),
        ({"batch": [1] * 2501}, "batch_too_large"),
        ({"batch": [1], "context": 5}, "invalid_context"),
        ({"batch": [1], "context": {"a": "x" * 40_000}}, "batch_too_large"),
    ],
)
def test_an_invalid_batch_is_refused(document: dict[str, Any], expected: str) -> None:
    assert code(lambda: read_envelope(document, "batch")) == expected


@pytest.mark.parametrize("filling", ["x", "ż", "\x00", '"', 1, 1.5, None, True, 10**40, {"a": []}])
def test_a_message_over_32_kb_is_refused(filling: Any) -> None:
    message: dict[str, Any] = {"list": []}
    unit = len(json.dumps(filling, ensure_ascii=False, separators=(",", ":")).encode()) + 1
    message["list"] = [filling] * ((MAX_MESSAGE_BYTES - 100) // unit)
    free = MAX_MESSAGE_BYTES - len(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())
    message["x" * (free - 5)] = 1
    check_message(message)
    message["xy" + "x" * (free - 5)] = message.pop("x" * (free - 5))
    assert code(lambda: check_message(message)) == "message_too_large"


def test_a_message_nested_too_deeply_is_refused() -> None:
    check_message(nested(MAX_DEPTH))
    assert code(lambda: check_message(nested(MAX_DEPTH + 1))) == "too_deep"
    assert not is_deeper(1, 1)
