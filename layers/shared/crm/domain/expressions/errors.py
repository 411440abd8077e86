"""The error of an invalid expression."""

from crm.domain.errors import InvalidInputError

INVALID_EXPRESSION = "invalid_expression"


def invalid(problem: str) -> InvalidInputError:
    """Build the error of an invalid expression."""
    return InvalidInputError(f"expression: {problem}", code=INVALID_EXPRESSION)
