"""Identities in raw input that cannot be read as a message, and so is in no log."""

import json
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from crm.domain.identities_in_text import pattern_of_identities
from crm.domain.identity import ANONYMOUS_ID, EMAIL, PHONE, USER_ID, Identity, normalise
from crm.domain.tracking.client_time import client_time

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib: a gzip header and the largest window
_STEP_BYTES = 4096
_MAX_BYTES = 50_000_000
"""Maximum bytes of unpacked content that are searched."""

_ID_NAMES = {
    "userid": (USER_ID,),
    "user_id": (USER_ID,),
    "anonymousid": (ANONYMOUS_ID,),
    "anonymous_id": (ANONYMOUS_ID,),
    "previousid": (ANONYMOUS_ID, USER_ID),
}
_TIMES = ("originalTimestamp", "timestamp", "sentAt")
_ID_IN_TEXT = re.compile(
    rf"""["']({"|".join(_ID_NAMES)})["']\s{{0,9}}:\s{{0,9}}("(?:[^"\\]|\\.){{0,300}}"|-?\d{{1,40}})""",
    re.IGNORECASE,
)
_TIME_IN_TEXT = re.compile(rf"""["'](?:{"|".join(_TIMES)})["']\s{{0,9}}:\s{{0,9}}("[^"\\]{{0,60}}")""")
_FLAT_OBJECT = re.compile(r"\{[^{}]{0,1000}\}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BATCH = re.compile(r'"batch"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()
_SURROGATES = range(0xD800, 0xE000)
_IN_ADDRESS = r"""[^\s"'<>()\[\]{},;:=&?/\\]"""
# Each run of such characters is searched from its beginning only: from every one, the time is quadratic.
_EMAIL = re.compile(f"(?<!{_IN_ADDRESS}){_IN_ADDRESS}+@{_IN_ADDRESS}+")
_INTERNATIONAL = re.compile(r"\+\d[\d\s()./-]{5,28}\d")
_NATIONAL = re.compile(r"\+?[\d(][\d\s()./-]{5,28}\d")


@dataclass(frozen=True, slots=True)
class Mention:
    """The identities that one message names, and when it occurred (epoch ms), if it says so."""

    identities: frozenset[Identity]
    at: int | None


@dataclass(frozen=True, slots=True)
class MentionReading:
    """The deployment's rules for identities: the region of national phone numbers, and its own types."""

    phone_region: str | None = None
    custom_types: Sequence[str] = ()


def mentions_in(content: bytes, reading: MentionReading) -> list[Mention]:
    """Return one mention for each message of the content; a single one for content that is not JSON."""
    text = text_of(content)
    document = _parsed(text)
    if document is None:
        return [Mention(frozenset(_in_broken_json(text, reading)), _time_in_broken_json(text))]
    batch = document.get("batch") if isinstance(document, dict) else None
    messages = batch if isinstance(batch, list) and batch else [document]
    sent_at = _time_of(document)
    return [
        Mention(frozenset(_in_value(message, reading)), _time_of(message) or sent_at) for message in messages
    ]


def text_of(content: bytes) -> str:
    """Return the content as readable text, unpacked as far as possible, however large it is."""
    readable = _gunzip(content) if content.startswith(_GZIP_MAGIC) else content
    return readable.decode(errors="replace")


def _gunzip(content: bytes) -> bytes:
    stream, unpacked = zlib.decompressobj(wbits=_GZIP_WINDOW), bytearray()
    for start in range(0, len(content), _STEP_BYTES):
        try:
            unpacked += stream.decompress(content[start : start + _STEP_BYTES], _MAX_BYTES)
        except zlib.error:
            break
        if len(unpacked) > _MAX_BYTES:
            break
    return bytes(unpacked)


def messages_in_broken_json(text: str) -> list[Any] | None:
    """Return the messages of a truncated batch, the last perhaps as a text; None for anything but a batch."""
    start = _BATCH.search(text)
    if start is None:
        return None
    messages: list[Any] = []
    place = start.end()
    while (place := _BETWEEN.match(text, place).end()) < len(text) and text[place] != "]":  # type: ignore[union-attr]
        try:
            message, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            return [*messages, text[place:]]
        messages.append(message)
    return messages


class IdentityFinder:
    """Finds whether a text names one of these identities, in any form."""

    def __init__(self, identities: Collection[Identity], reading: MentionReading) -> None:
        self._identities = frozenset(identities)
        self._reading = reading
        self._pattern = pattern_of_identities(identities)

    def occurs_in(self, content: bytes) -> bool:
        """Return whether the content of a rejection names one of them."""
        text = text_of(content)
        if self._pattern and self._pattern.search(_plain(text)):
            return True
        return any(self._identities & mention.identities for mention in mentions_in(content, self._reading))


def _plain(text: str) -> str:
    document = _parsed(text)
    return _unescaped(text) if document is None else json.dumps(document, ensure_ascii=False)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _time_of(message: Any) -> int | None:
    if not isinstance(message, dict):
        return None
    times = [client_time(message.get(name)) for name in _TIMES]
    return min((at for at in times if at is not None), default=None)


def _in_broken_json(text: str, reading: MentionReading) -> Iterator[Identity]:
    """Yield the identities in truncated or invalid JSON: those in its plain text and in its fields."""
    yield from _in_text(_unescaped(text), reading)
    for name, value in _ID_IN_TEXT.findall(text):
        parsed = _parsed(value)
        yield from filter(None, (normalise(type_, parsed) for type_ in _ID_NAMES[name.casefold()]))
    if reading.custom_types:
        for found in _FLAT_OBJECT.findall(text):
            part = _parsed(found)
            if isinstance(part, dict):
                yield from _custom(part, reading)


def _time_in_broken_json(text: str) -> int | None:
    """Return the earliest time that a message in it names."""
    times = [client_time(_parsed(value)) for value in _TIME_IN_TEXT.findall(text)]
    return min((at for at in times if at is not None), default=None)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\u" in text else text


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return "\ufffd" if code in _SURROGATES else chr(code)


def _in_value(value: Any, reading: MentionReading) -> Iterator[Identity]:
    # Without recursion: input that is rejected for too deep nesting comes here.
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        name, part = waiting.pop()
        if isinstance(part, dict):
            yield from _custom(part, reading)
            waiting += [("", key) for key in part] + list(part.items())
        elif isinstance(part, list):
            waiting += [(name, one) for one in part]
        else:
            types = _ID_NAMES.get(name.casefold(), ())
            yield from filter(None, (normalise(type_, part) for type_ in types))
            yield from _in_text(str(part), reading)


def _custom(value: dict[str, Any], reading: MentionReading) -> Iterator[Identity]:
    if value.get("type") in reading.custom_types:
        found = normalise(value["type"], value.get("id"))
        if found:
            yield found


def _in_text(text: str, reading: MentionReading) -> Iterator[Identity]:
    plain = unquote(text) if "%" in text else text
    for found in _EMAIL.findall(plain) if "@" in plain else ():
        yield from filter(None, (normalise(EMAIL, found.strip(".")),))
    for found in (_NATIONAL if reading.phone_region else _INTERNATIONAL).findall(plain):
        yield from filter(None, (normalise(PHONE, found, phone_region=reading.phone_region),))
