"""Lets the emulator read the text of an expression once: it reads and checks it anew for each item that a query looks
at, which takes most of the time of a query as soon as there are some hundred profiles.
"""

from functools import lru_cache
from typing import Any

REMEMBERED = 1_000
"""Expressions; the product has some dozens."""


def read_once(dynamodb: Any) -> None:
    """Have the emulator's module remember the tokens and the errors of syntax of an expression."""
    tokens = lru_cache(REMEMBERED)(dynamodb._tokenize)

    def tokenize(expression: str) -> list[Any]:
        return list(tokens(expression))

    dynamodb._tokenize = tokenize
    dynamodb._condition_syntax_error = lru_cache(REMEMBERED)(dynamodb._condition_syntax_error)
