"""Expressions: the value of a computed attribute or a score, written in CEL (cel.dev). Pure.

`attributes.city == "Berlin" && aggregates.orders_90d > 2` reads maps of plain JSON by name, and returns plain JSON or
nothing. Evaluating any expression takes well under a second: `crm.domain.expressions.cost` proves it.
"""

from crm.domain.expressions.language import MAX_EXPRESSION_LENGTH, Program, compile  # noqa: A004 - as `re.compile`
from crm.domain.expressions.trial import trial

__all__ = ["MAX_EXPRESSION_LENGTH", "Program", "compile", "trial"]
