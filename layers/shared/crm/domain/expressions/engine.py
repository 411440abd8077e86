"""The CEL library, loaded by the first expression, so that functions without expressions do not pay for it."""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from crm.domain.expressions.errors import invalid

if TYPE_CHECKING:
    import cel

_COMMAND_LINE = "cel.cli"
_POSITION = "ERROR: <input>:"
_MAX_REASON_LENGTH = 300


def compile_expression(text: str) -> "cel.Program":
    """Compile an expression. Raises InvalidInputError with CEL's own reason, its line and its column."""
    # The package imports its command line, and with it four others that nothing here needs and that the layer does
    # not carry: 15 MB, 200 ms.
    sys.modules.setdefault(_COMMAND_LINE, ModuleType(_COMMAND_LINE))
    import cel

    try:
        return cel.compile(text)
    except ValueError as error:
        raise invalid(_reason(str(error), text)) from None


def literal(text: str) -> object:
    """Return the value of a literal."""
    return compile_expression(text).execute()


def _reason(error: str, text: str) -> str:
    reason = error.removeprefix(f"Failed to parse expression '{text}': ")
    first = reason.partition("\n")[0]
    if not first.startswith(_POSITION):
        return first[:_MAX_REASON_LENGTH]
    line, column, problem = first.removeprefix(_POSITION).split(":", 2)
    return f"line {line}, column {column}: {problem.strip()[:_MAX_REASON_LENGTH]}"
