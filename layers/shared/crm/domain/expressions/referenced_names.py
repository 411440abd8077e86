"""The names that an expression reads below each variable."""

from collections import defaultdict
from collections.abc import Mapping

from crm.domain.expressions import engine
from crm.domain.expressions.errors import invalid
from crm.domain.expressions.syntax import ExpressionNode

_TYPES = frozenset({"bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"})
"""Names of types, as in `type(attributes.size) == string`."""

# fmt: off
_FUNCTIONS = frozenset(
    {
        "has", "size", "contains", "startsWith", "endsWith", "matches",
        "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint",
        "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear",
        "getHours", "getMinutes", "getSeconds", "getMilliseconds",
    }
)
# fmt: on


def referenced_names(tree: ExpressionNode) -> Mapping[str, frozenset[str]]:
    """Return the names read: `{"attributes": {"city"}}`. Raises InvalidInputError if a name is computed."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    _collect(tree, frozenset(), found)
    return {variable: frozenset(names) for variable, names in found.items()}


def _collect(node: ExpressionNode, bound: frozenset[str], found: defaultdict[str, set[str]]) -> None:
    if node.kind == "name" and node.value not in bound | _TYPES:
        raise invalid(f'must read {node.value} by name: {node.value}.city, or {node.value}["odd name"]')
    if node.kind == "call" and node.value not in _FUNCTIONS:
        raise invalid(
            f"calls the unknown function {node.value}; the functions are {', '.join(sorted(_FUNCTIONS))}"
        )
    if is_read(node, bound):
        found[node.parts[0].value].add(_name(node))
        return
    for number, part in enumerate(node.parts):
        in_body = node.kind == "loop" and number > 0
        _collect(part, bound | {node.bound} if in_body else bound, found)


def is_read(node: ExpressionNode, bound: frozenset[str]) -> bool:
    """Return whether the node is `variable.name` or `variable["name"]`."""
    if node.kind not in {"member", "index"} or node.parts[0].kind != "name":
        return False
    named = node.kind == "member" or node.parts[1].kind == "text"
    return named and node.parts[0].value not in bound | _TYPES


def _name(node: ExpressionNode) -> str:
    if node.kind == "member":
        return node.value
    key = engine.literal(node.parts[1].value)
    if not isinstance(key, str):
        raise invalid("must read values by a literal name")
    return key
