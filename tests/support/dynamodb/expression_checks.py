"""What DynamoDB refuses in expressions before it evaluates them: their length, reserved words, placeholders."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from tests.support.dynamodb.backends import Body
from tests.support.dynamodb.service_answers import invalid

EXPRESSION_BYTES = 4 * 1024
_PLACEHOLDERS = {"#": "ExpressionAttributeNames", ":": "ExpressionAttributeValues"}
_UNDEFINED = {
    "#": "An expression attribute name used in the document path is not defined; attribute name: ",
    ":": "An expression attribute value used in expression is not defined; attribute value: ",
}
_OPERATORS = {"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"}
_WORD = re.compile(r"[#:]?\w+(?!\w|\s*\()")
"""A name or a placeholder; what a parenthesis follows is a function or an operator."""


def check_expressions(body: Body) -> None:
    """Refuse what DynamoDB refuses in the expressions of one request or one action. Raises ServiceError."""
    used: set[str] = set()
    for name in body:
        if name.endswith("Expression"):
            _check_length(name, body[name])
            used |= _words(body[name])
            _check_words(name, _words(body[name]), body)
    for parameter in _PLACEHOLDERS.values():
        if unused := [given for given in body.get(parameter, ()) if given not in used]:
            raise invalid(
                f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(unused)}}}"
            )


def _check_length(name: str, text: str) -> None:
    size = len(text.encode())
    if size > EXPRESSION_BYTES:
        raise invalid(
            f"Invalid {name}: Expression size has exceeded the maximum allowed size; expression size: {size}"
        )


def _check_words(expression: str, words: frozenset[str], body: Body) -> None:
    for problem in _problems(words, body):
        raise invalid(f"Invalid {expression}: {problem}")


def _problems(words: frozenset[str], body: Body) -> Iterator[str]:
    for word in words:
        parameter = _PLACEHOLDERS.get(word[0])
        if parameter and word not in body.get(parameter, ()):
            yield _UNDEFINED[word[0]] + word
        elif word.upper() in _reserved():
            yield f"Attribute name is a reserved keyword; reserved keyword: {word}"


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


@cache
def _reserved() -> frozenset[str]:
    """DynamoDB's reserved words without its operators: moto's list, read without importing moto, which takes long."""
    moto = find_spec("moto")
    assert moto
    assert moto.submodule_search_locations
    listed = Path(moto.submodule_search_locations[0], "dynamodb", "parsing", "reserved_keywords.txt")
    return frozenset(listed.read_text().split()) - _OPERATORS
