"""Patch the emulator to parse the text of an expression once: it parses and validates it again for each item that a
query reads, which takes most of the time of a query from some hundred profiles on.
"""

from functools import lru_cache
from typing import Any

MAX_CACHED = 1_000
"""Cached expressions; the product has some dozens."""


def read_once(dynamodb: Any) -> None:
    """Cache the tokens and syntax errors of an expression in the emulator's module."""
    tokens = lru_cache(MAX_CACHED)(dynamodb._tokenize)

    def tokenize(expression: str) -> list[Any]:
        return list(tokens(expression))

    dynamodb._tokenize = tokenize
    dynamodb._condition_syntax_error = lru_cache(MAX_CACHED)(dynamodb._condition_syntax_error)
