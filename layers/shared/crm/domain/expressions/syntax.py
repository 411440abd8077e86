"""The syntax tree of an expression, from which its names and its cost are determined.

The CEL library compiles and evaluates, but exposes no tree. This parser reads only what the library has accepted, so
that it need not find errors: what it cannot read is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crm.domain.expressions.errors import invalid

_DEEPEST = 24
"""Maximum levels of brackets, conditions, and members of members."""

_Kind = Literal["literal", "text", "name", "member", "index", "list", "map", "call", "operation", "loop"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<text>[bB]?(?: [rR](?:\"{3}.*?\"{3}|'{3}.*?'{3}|"[^"\r\n]*"|'[^'\r\n]*')
        | \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
        | "(?:\\.|[^"\\\r\n])*" | '(?:\\.|[^'\\\r\n])*' ))
  | (?P<number>0x[0-9a-fA-F]+[uU]?|(?:\d*\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+[uU]?))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_STRENGTH = {"||": 1, "&&": 2, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5} | dict.fromkeys(
    ("==", "!=", "<", "<=", ">", ">=", "in"), 3
)
_LOOPS = {"all": {2}, "exists": {2}, "exists_one": {2}, "existsOne": {2}, "map": {2, 3}, "filter": {2}}
_CONSTANTS = {"true", "false", "null"}


@dataclass(frozen=True, slots=True)
class ExpressionNode:
    """A node of the tree.

    `value` is the literal's text, the name, or the operator. A loop's parts: its range, and its bodies.
    """

    kind: _Kind
    value: str = ""
    parts: tuple["ExpressionNode", ...] = ()
    bound: str = ""


def parse(text: str) -> ExpressionNode:
    """Parse an expression. Raises InvalidInputError."""
    reader = _Reader(text)
    tree = reader.expression()
    reader.expect("")
    return tree


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unreadable(text[at])
        if found.lastgroup != "space":
            yield str(found.lastgroup), found[0]
        at = found.end()
    yield "end", ""


class _Reader:
    """The parser's position in the tokens."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def next_is(self, sign: str) -> bool:
        kind, value = self.tokens[self.at]
        return value == sign and kind != "text"

    def skip(self, sign: str) -> bool:
        found = self.next_is(sign)
        self.at += found
        return found

    def expect(self, sign: str) -> None:
        if not self.skip(sign):
            raise _unreadable(self.tokens[self.at][1])

    def expression(self) -> ExpressionNode:
        self.deeper()
        condition = self.operation(1)
        if self.skip("?"):
            first = self.expression()
            self.expect(":")
            condition = ExpressionNode("operation", "?", (condition, first, self.expression()))
        self.depth -= 1
        return condition

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise invalid(f"must not be nested deeper than {_DEEPEST} levels")

    def operation(self, weakest: int) -> ExpressionNode:
        """Parse operators of one strength to one flat node; of `+` and `-`, the former names it."""
        left = self.unary()
        while (strength := self.strength()) >= weakest:
            operator = self.take()[1]
            parts = [left, self.operation(strength + 1)]
            while self.strength() == strength:
                operator = min(operator, self.take()[1])
                parts.append(self.operation(strength + 1))
            left = ExpressionNode("operation", operator, tuple(parts))
        return left

    def strength(self) -> int:
        kind, value = self.tokens[self.at]
        return 0 if kind == "text" else _STRENGTH.get(value, 0)

    def unary(self) -> ExpressionNode:
        signs = ""
        while self.next_is("!") or self.next_is("-"):
            signs = self.take()[1]
        return ExpressionNode("operation", signs, (self.member(),)) if signs else self.member()

    def member(self) -> ExpressionNode:
        node, outside = self.primary(), self.depth
        while True:
            if self.skip("."):
                node = self.selected(node)
            elif self.skip("["):
                node = ExpressionNode("index", parts=(node, self.expression()))
                self.expect("]")
            else:
                self.depth = outside
                return node
            self.deeper()

    def selected(self, node: ExpressionNode) -> ExpressionNode:
        kind, name = self.take()
        if kind != "name":
            raise _unreadable(name)
        if not self.skip("("):
            return ExpressionNode("member", name, (node,))
        arguments = self.list_until(")")
        if len(arguments) in _LOOPS.get(name, ()) and arguments[0].kind == "name":
            return ExpressionNode("loop", name, (node, *arguments[1:]), bound=arguments[0].value)
        return ExpressionNode("call", name, (node, *arguments))

    def primary(self) -> ExpressionNode:
        kind, value = self.take()
        if kind == "text":
            return ExpressionNode("text", value)
        if kind == "number" or value in _CONSTANTS:
            return ExpressionNode("literal", value)
        if kind == "name":
            return (
                ExpressionNode("call", value, self.list_until(")"))
                if self.skip("(")
                else ExpressionNode("name", value)
            )
        if value == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if value in {"[", "{"}:
            return ExpressionNode("list", parts=self.list_until("]")) if value == "[" else self.map_literal()
        raise _unreadable(value)

    def list_until(self, end: str) -> tuple[ExpressionNode, ...]:
        parts = []
        while not self.skip(end):
            parts.append(self.expression())
            if not self.next_is(end):
                self.expect(",")
        return tuple(parts)

    def map_literal(self) -> ExpressionNode:
        parts = []
        while not self.skip("}"):
            parts.append(self.expression())
            self.expect(":")
            parts.append(self.expression())
            if not self.next_is("}"):
                self.expect(",")
        return ExpressionNode("map", parts=tuple(parts))


def _unreadable(at: str) -> Exception:
    return invalid(f"has a syntax error at {at[:20] or 'its end'!r}")
