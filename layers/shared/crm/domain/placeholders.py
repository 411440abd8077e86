"""Values that broken clients send for every user: words for nothing, placeholders, templates (`placeholders.json`)."""

import json
import re
from pathlib import Path
from urllib.parse import unquote_plus

_LISTS: dict[str, list[str]] = json.loads(Path(__file__).with_name("placeholders.json").read_bytes())
_NO_VALUE = frozenset(_LISTS["no_value"])
_WORDS = _NO_VALUE.union(_LISTS["placeholders"])
_EXACT = frozenset(_LISTS["exact"])
_EMAIL_NAMES = _WORDS.union(_LISTS["email_names"])
_EMAIL_DOMAINS = _NO_VALUE.union(_LISTS["email_domains"])
_NAMES_WITHOUT_MAIL = frozenset(_LISTS["names_without_mail"])
_PHONES = frozenset(_LISTS["phones"])

_RESERVED = "example"
"""Reserved for documentation by RFC 2606, so that only placeholders at this domain are junk."""

_MAX_ENCODINGS = 5

_MARKS = re.compile("[\\s!-/:-@\\[-`{-~\u00ab\u00bb\u2010-\u2027\u2039\u203a]+")
_REPEATED = re.compile(r"0*|x{3,}|([0-9a-f])\1{31}")
_SAME_DIGIT = re.compile(r"(\d)\1{6,}")
_COUNTRY_CODE = re.compile(
    r"(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    r"|2[1-689]\d|3[578]\d|42\d|5[09]\d|6[7-9]\d|8[0578]\d|9[679]\d)0?"
)
"""ITU-T E.164, with the zero of a national number that is written after it."""

_NAME = r"[$!@:#]?[a-z_][a-z_ .-]*"
_OWNER = (
    r"(?:usr|cust|id|uid"
    r"|(?:user|customer|client|member|contact|account|visitor|profile|device|lead|person)(?:_?id)?)"
)
_TEMPLATE = re.compile(
    r"\{\{|\$\{|#\{|<%|\{%|<\?|\*\||%%.+%%|\[\[[^\[\]]*\]\]|\[object\b|%\d\$[sd@]"
    r"|\A(?:async )?function\b[^()]{0,40}\(|\A\$_(?:get|post|request|session|cookie)\["
    r"|\A(?:process\.env|window|this|document)\.[a-z_.]+\Z"
    r"|\A(?:event|data|payload|message|context|ctx|request|req|body|params|props|state|session|auth|user|current_?user"
    r"|customer|profile|account|contact|visitor)(?:\.[a-z_]{1,20}){0,3}\.(?:(?:user|anonymous)_?id|id|uid|email)\Z"
    rf"|\A(?:[a-z_]{{1,20}}[-_:=./|]undefined|{_OWNER}[-_:=./|](?:null|nan|none|nil))\Z"
    rf"|\A(?:\{{{_NAME}\}}|\[{_NAME}\]|<{_NAME}>|%{_NAME}%|__{_NAME}__|\{{\d\}}|%\({_NAME}\)[sd])\Z"
)


def is_junk(value: str) -> bool:
    """Return whether a value identifies nothing: a placeholder, an unfilled template, or a word for nothing."""
    return _has_no_value(value, _WORDS) or ("@" in value and is_junk_email(value.lower()))


def names_no_group(value: str) -> bool:
    """Return whether a value identifies no group. Unlike a person's, a group's id may be a word such as `default`."""
    return _has_no_value(value, _NO_VALUE)


def is_junk_email(lower: str) -> bool:
    """Return whether an address in lower case is a placeholder: nothing at nothing, or a word at the same word."""
    name, _, domain = lower.rpartition("@")
    name = _MARKS.sub("", name.partition("+")[0])
    if name not in _EMAIL_NAMES or name in _NAMES_WITHOUT_MAIL:
        return name in _NAMES_WITHOUT_MAIL
    label = _MARKS.sub("", domain.partition(".")[0])
    return label == name or label in _EMAIL_DOMAINS or (label == _RESERVED and name in _WORDS)


def is_junk_phone(text: str) -> bool:
    """Return whether a phone number is one that people type only to fill the field."""
    digits = _MARKS.sub("", text)
    if _is_repeated_or_counted(digits):
        return True
    if text.lstrip().startswith("00"):
        digits = digits.removeprefix("00")
    elif not text.lstrip().startswith("+"):
        return False
    code = _COUNTRY_CODE.match(digits)
    return code is not None and any(
        _is_repeated_or_counted(digits[end:]) for end in {code.end(), len(code[0].removesuffix("0"))}
    )


def _is_repeated_or_counted(digits: str) -> bool:
    return digits in _PHONES or _SAME_DIGIT.fullmatch(digits) is not None


def _has_no_value(value: str, words: frozenset[str]) -> bool:
    lower = value.lower()
    bare = lower if lower.isalnum() else _MARKS.sub("", lower)
    if lower in _EXACT or bare in words or _REPEATED.fullmatch(bare):
        return True
    if bare is lower:
        return False
    decoded = _decoded(lower) if "%" in lower else lower
    return _is_template(lower) or (decoded != lower and _has_no_value(decoded, words))


def _decoded(lower: str) -> str:
    """Undo the percent-encoding, however often it was applied."""
    for _ in range(_MAX_ENCODINGS):
        plain = unquote_plus(lower).lower()
        if plain == lower:
            break
        lower = plain
    return lower


def _is_template(lower: str) -> bool:
    if "&" in lower:
        from html import unescape  # hardly ever needed, so not part of a cold start

        lower = unescape(lower)
    return _TEMPLATE.search(lower) is not None
