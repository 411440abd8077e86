"""CEL over `attributes.<name>`, `aggregates.<id or name>`, `scores.<name>`: maps of plain JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.domain.expressions import cost, engine
from crm.domain.expressions.errors import invalid
from crm.domain.expressions.referenced_names import referenced_names
from crm.domain.expressions.syntax import parse
from crm.domain.expressions.values import from_cel, to_cel

if TYPE_CHECKING:
    import cel

MAX_EXPRESSION_LENGTH = 2_000

CANNOT_COMPUTE = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""Exceptions of the library where a value is missing, of another type, or out of range."""


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression. `references` are the names read below each variable: `{"attributes": {"city"}}`."""

    text: str
    references: Mapping[str, frozenset[str]]
    compiled: "cel.Program"

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """Evaluate to plain JSON: a number, text, boolean or list. None if it cannot be computed.

        Numbers are read as doubles; whole ones are returned as int. Instants are returned as ISO texts, durations in
        seconds. Texts are cut at 2,000 characters, those in lists at 200, lists at 100 entries. A value counts as
        absent when it is null, nested deeper than 8 levels, or larger than `cost` allows.
        """
        try:
            return from_cel(self.compiled.execute(to_cel(variables, self.references)))
        except CANNOT_COMPUTE:
            return None


def compile(text: str) -> Program:  # noqa: A001 - as `re.compile`
    """Compile an expression. Raises InvalidInputError `invalid_expression` with the reason and CEL's position."""
    if len(text) > MAX_EXPRESSION_LENGTH:
        raise invalid(f"must have at most {MAX_EXPRESSION_LENGTH} characters")
    if not text.isascii() and text.encode(errors="ignore").decode() != text:
        raise invalid("must be well-formed text")
    compiled = engine.compile_expression(text)
    tree = parse(text)
    read = referenced_names(tree)
    cost.check_cost(tree)
    return Program(text, read, compiled)
