"""Check expressions as DynamoDB does before it evaluates them: their length, reserved words, placeholders."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from tests.support.dynamodb.backends import Body
from tests.support.dynamodb.service_answers import invalid

Pair = tuple[str, str]
EXPRESSION_BYTES = 4 * 1024
_PLACEHOLDERS = {"#": "ExpressionAttributeNames", ":": "ExpressionAttributeValues"}
_UNDEFINED = {
    "#": "An expression attribute name used in the document path is not defined; attribute name: ",
    ":": "An expression attribute value used in expression is not defined; attribute value: ",
}
_OPERATORS = {"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"}
_WORD = re.compile(r"[#:]?\w+(?!\w|\s*\()")
"""A name or a placeholder; a word before a parenthesis is a function or an operator."""


def check_expressions(body: Body) -> None:
    """Check the expressions of one request or one action. Raises ServiceError."""
    expressions = tuple((name, text) for name, text in body.items() if name.endswith("Expression"))
    given = tuple((parameter, tuple(body.get(parameter, ()))) for parameter in _PLACEHOLDERS.values())
    if problem := _problem(expressions, given):
        raise invalid(problem)


@lru_cache(maxsize=4096)
def _problem(expressions: tuple[Pair, ...], placeholders: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Return the first problem, or an empty text. It is cached, since programs repeat the same few expressions."""
    used: set[str] = set()
    given = dict(placeholders)
    for name, text in expressions:
        if problem := _too_long(name, text) or _wrong_word(name, _words(text), given):
            return problem
        used |= _words(text)
    for parameter, keys in placeholders:
        if unused := [key for key in keys if key not in used]:
            return f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(unused)}}}"
    return ""


def _too_long(name: str, text: str) -> str:
    size = len(text.encode())
    if size <= EXPRESSION_BYTES:
        return ""
    return f"Invalid {name}: Expression size has exceeded the maximum allowed size; expression size: {size}"


def _wrong_word(expression: str, words: frozenset[str], given: Mapping[str, Collection[str]]) -> str:
    return next((f"Invalid {expression}: {problem}" for problem in _problems(words, given)), "")


def _problems(words: frozenset[str], given: Mapping[str, Collection[str]]) -> Iterator[str]:
    for word in words:
        parameter = _PLACEHOLDERS.get(word[0])
        if parameter and word not in given.get(parameter, ()):
            yield _UNDEFINED[word[0]] + word
        elif word.upper() in _reserved():
            yield f"Attribute name is a reserved keyword; reserved keyword: {word}"


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


@cache
def _reserved() -> frozenset[str]:
    """Return DynamoDB's reserved words, without operators: moto's list, read without the slow import of moto."""
    moto = find_spec("moto")
    assert moto
    assert moto.submodule_search_locations
    listed = Path(moto.submodule_search_locations[0], "dynamodb", "parsing", "reserved_keywords.txt")
    return frozenset(listed.read_text().split()) - _OPERATORS
