"""The local emulator parses each expression once, with the same results as if it parsed it for every item."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.expressions import read_once

UNFINISHED = "name = "


@pytest.fixture
def calls() -> Counter[str]:
    return Counter()


@pytest.fixture
def emulator(calls: Counter[str]) -> Any:
    """A stand-in for the emulator's module of DynamoDB, with the two functions that parse an expression."""

    def tokenize(expression: str) -> list[str]:
        calls[f"tokens of {expression}"] += 1
        return expression.split()

    def condition_syntax_error(expression: str, slot: str) -> str | None:
        calls[f"errors of {expression} in {slot}"] += 1
        return f"Invalid {slot}" if expression == UNFINISHED else None

    module = SimpleNamespace(_tokenize=tokenize, _condition_syntax_error=condition_syntax_error)
    read_once(module)
    return module


def test_an_expression_is_parsed_once(emulator: Any, calls: Counter[str]) -> None:
    for _ in range(3):
        assert emulator._tokenize("name = :name") == ["name", "=", ":name"]
        assert emulator._condition_syntax_error("name = :name", "FilterExpression") is None
        assert emulator._condition_syntax_error(UNFINISHED, "FilterExpression") == "Invalid FilterExpression"
    assert set(calls.values()) == {1}


def test_an_error_names_its_expression(emulator: Any) -> None:
    slots = "FilterExpression", "ConditionExpression"
    assert [emulator._condition_syntax_error(UNFINISHED, slot) for slot in slots] == [
        "Invalid FilterExpression",
        "Invalid ConditionExpression",
    ]


def test_a_caller_may_consume_its_tokens(emulator: Any) -> None:
    emulator._tokenize("name = :name").clear()
    assert emulator._tokenize("name = :name") == ["name", "=", ":name"]
