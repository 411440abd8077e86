"""Expressions: what a computed attribute or a score is worth, written in CEL (cel.dev). Pure.

`attributes.city == "Berlin" && aggregates.orders_90d > 2` reads maps of plain JSON by name, and answers plain JSON or
nothing. Whatever is written, evaluating it takes well under a second: `crm.domain.expressions.cost` says why.
"""

from crm.domain.expressions.language import LONGEST_EXPRESSION, Program, compile  # noqa: A004 - as `re.compile`
from crm.domain.expressions.trial import trial

__all__ = ["LONGEST_EXPRESSION", "Program", "compile", "trial"]
