"""The error of an invalid expression."""

from crm.domain.errors import InvalidInputError

INVALID_EXPRESSION = "invalid_expression"


def invalid(problem: str) -> InvalidInputError:
    """Return the error that says what is wrong with the expression."""
    return InvalidInputError(f"expression: {problem}", code=INVALID_EXPRESSION)
