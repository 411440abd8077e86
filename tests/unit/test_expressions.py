"""Expressions: their results, the values that they read, and invalid definitions."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import InvalidInputError
from crm.domain.expressions import Program, compile, trial  # noqa: A004 - as `re.compile`

CUSTOMER = {
    "attributes": {
        "city": "Berlin",
        "visits": 3,
        "vip": True,
        "tags": ["new", "sale"],
        "empty": None,
        "birthday": "1990-11-21",
        "seen": "2026-11-21T19:30:00.000Z",
        "odd name": 2,
        "address": {"zip": "10115"},
    },
    "aggregates": {"orders_90d": 4, "revenue": 99.5},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("attributes.city", "Berlin"),
        ("attributes.visits + 1.0", 4),
        ("aggregates.revenue / 2.0", 49.75),
        ("attributes.visits > 2 && attributes.vip", True),
        ('attributes["odd name"] * 2.0', 4),
        ("attributes.address.zip", "10115"),
        ('attributes.city == "Berlin" ? "home" : "away"', "home"),
        ('"sale" in attributes.tags', True),
        ("attributes.tags.filter(tag, tag.startsWith('s')).map(tag, tag + '!')", ["sale!"]),
        ("attributes.tags.exists(a, attributes.tags.exists(b, a != b))", True),
        ("attributes.tags[0]", "new"),
        ("size(attributes.tags)", 2),
        ("has(attributes.nothing)", False),
        ("has(attributes.empty)", False),
        ("has(scores.churn)", False),
        ("attributes.nothing || true", True),
        ("attributes.city.matches('^[A-Z][a-z]+$')", True),
        ("timestamp(attributes.seen)", "2026-11-21T19:30:00.000Z"),
        ('timestamp(attributes.birthday + "T00:00:00Z")', "1990-11-21T00:00:00.000Z"),
        ('timestamp(attributes.seen) - timestamp("2026-11-21T19:29:00Z")', 60),
        ("timestamp(attributes.seen).getFullYear()", 2026),
        ("type(attributes.visits) == double", True),
        ("attributes.visits // what follows is a comment: attributes[0]", 3),
        ("'attributes.' + r'\\d'", "attributes.\\d"),
        ("'long'" + " + 'long'" * 150, "long" * 151),
    ],
)
def test_an_expression_is_evaluated(text: str, expected: Any) -> None:
    value = compile(text).evaluate(CUSTOMER)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "attributes.nothing + 1.0",
        "attributes.empty == null",
        "scores.churn",
        "attributes.city + 1.0",
        "attributes.visits + 1",
        "attributes.visits / 0.0",
        "0.0 / 0.0",
        "1 / 0",
        "1e300",
        "9223372036854775807 + 1",
        "attributes.tags[7]",
        "int(attributes.city)",
        "timestamp(attributes.birthday)",
        "null",
        "b'bytes'",
        "{'a': 1.0}",
    ],
)
def test_an_expression_that_fails_has_no_value(text: str) -> None:
    assert compile(text).evaluate(CUSTOMER) is None


def test_long_results_are_truncated() -> None:
    assert compile("attributes.a + attributes.a").evaluate({"attributes": {"a": "x" * 1500}}) == "x" * 2000
    doubled = compile("attributes.a + attributes.a").evaluate({"attributes": {"a": ["x" * 300] * 80}})
    assert doubled == ["x" * 200] * 100


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "huge", ["x" * 40_001, ["x"] * 101, {"a": ["x"] * 21}, deep(9), deep(100_000), ["x" * 2_001], 10**400]
)
def test_huge_inputs_are_treated_as_absent(huge: Any) -> None:
    assert compile("has(attributes.a)").evaluate({"attributes": {"a": huge}}) is False


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1.0", {}),
        (
            'attributes.city == "x" && aggregates["orders 90d"] > 1.0',
            {"attributes": {"city"}, "aggregates": {"orders 90d"}},
        ),
        ("attributes.address.zip", {"attributes": {"address"}}),
        ("(attributes).city", {"attributes": {"city"}}),
        ("attributes['it\\'s']", {"attributes": {"it's"}}),
        ("has(scores.a) ? scores.a : scores.b", {"scores": {"a", "b"}}),
        ("attributes.tags.map(x, x + attributes.x)", {"attributes": {"tags", "x"}}),
        ("attributes.tags.all(attributes, attributes.city == '')", {"attributes": {"tags"}}),
        ('\'attributes.city\' + """aggregates.x""" // scores.y', {}),
    ],
)
def test_the_references_of_an_expression_are_listed(text: str, read: dict[str, set[str]]) -> None:
    assert compile(text).references == read


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", "line 1, column 1: Syntax error"),
        ("1.0 +", "line 1, column 6: Syntax error"),
        ("1.0 +\n+", "line 2, column 1: Syntax error"),
        ("x" * 2_001, "at most 2000 characters"),
        ("'\ud800'", "must be well-formed text"),
        ("(" * 30 + "1" + ")" * 30, "nested deeper than 24"),
        ("a" + ".b" * 30, "nested deeper than 24"),
        ("attributes", "must read attributes by name: attributes.city"),
        ("attributes[attributes.city]", "by name"),
        ("attributes['a' + 'b']", "by name"),
        ("attributes[b'a']", "must read values by a literal name"),
        ("attributes.map(k, attributes[k])", "by name"),
        ("[attributes].map(a, a.city)", "by name"),
        ("size(attributes)", "by name"),
        (".attributes.city", "syntax error at"),
        ("Foo{a: 1}", "syntax error at"),
        ("eval('1')", "unknown function eval; the functions are bytes, contains"),
        ("attributes.a.open()", "unknown function open"),
        ("[1].map(x, [1].map(y, [1].map(z, z)))", "deeper than 2"),
        ("attributes.a.matches(attributes.b)", "literal pattern"),
        ("attributes.a.matches('" + "a" * 201 + "')", "at most 200"),
        ("attributes.a.matches('((a{1,99}){1,99}){1,99}')", "too expensive"),
        ("attributes.a.exists(x, x.matches('\\\\w{100}'))", "too expensive"),
        ("['ab']" + ".map(x, x + x + x + x)" * 15, "too expensive"),
        ("[1]" + ".map(x, [x, x])" * 20, "too expensive"),
        ("attributes.a.map(x, attributes.a.map(y, attributes.a))", "too expensive"),
        (
            f"({'+'.join(['a.b'] * 60)}).exists(x, ({'+'.join(['a.b'] * 60)}).exists(y, x == y))",
            "too expensive",
        ),
    ],
)
def test_an_invalid_expression_is_refused(text: str, shown: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        compile(text)
    assert refused.value.code == "invalid_expression"
    assert refused.value.message.startswith("expression: ")
    assert shown in refused.value.message


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("attributes.a + 1.0", "number"),
        ("attributes.a > 1", "number"),
        ("attributes.a + '!'", "text"),
        ("int(attributes.a) > 5", "text"),
        ("attributes.a ? 1.0 : 0.0", "boolean"),
        ("timestamp(attributes.a + 'T00:00:00Z')", "date"),
        ("timestamp(attributes.a).getHours()", "datetime"),
        ("attributes.a[0]", "list"),
        ("attributes.a + 1", "of a kind that is not known"),
        ("attributes.a + attributes.nothing", "number"),
        ("1.0 / attributes.a", "number"),
    ],
)
def test_an_expression_with_fitting_types_passes_the_trial(text: str, kind: str) -> None:
    trial(compile(text), {"attributes": {"a": kind}})


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("attributes.a + 1", "number", "float + int"),
        ("attributes.a + 1", "number", "write 2.0, not 2"),
        ("attributes.a < 0.0 ? attributes.a + 1 : 0.0", "number", "float + int"),
        ("attributes.a + 1.0", "text", "string + float"),
        ("attributes.a ? 1.0 : 0.0", "text", "No such overload"),
        ("size(attributes.a)", "number", "size is not defined for these types"),
        ("timestamp(attributes.a)", "date", "T00:00:00Z"),
        ("attributes.a.matches('[')", "text", "not a valid regex"),
        ("{'a': attributes.a}", "text", "must return a number, a text, a boolean or a list"),
    ],
)
def test_type_errors_are_reported(text: str, kind: str, shown: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        trial(compile(text), {"attributes": {"a": kind}})
    assert refused.value.code == "invalid_expression"
    assert shown in refused.value.message


def test_importing_expressions_does_not_load_the_library() -> None:
    program = "import sys, crm.domain.expressions; sys.exit('cel' in sys.modules)"
    run = [sys.executable, "-c", program]
    subprocess.run(run, env={"PYTHONPATH": ":".join(sys.path)}, check=True)  # noqa: S603 - our own program


# fmt: off
PIECES = st.sampled_from([
    "attributes", ".city", '["a"]', ".", "[", "]", "(", ")", "{",
    "}", "+", "-", "*", "/", "%", "<", "==", "&&",
    "!", "?", ":", ",", "in ", "has(", "size(", "1", "2.0",
    "0x1", "1u", "'a'", "r'\\'", '"""', ".map(x,", ".filter(x,", ".exists(y,", ".all(z,",
    "x", "y", ".matches('a')", "true", "null", "//", "\n", "int(", "timestamp(",
    "b'a'", "'\\u0041'", "[1]", "{'a': 1}",
])
SENTENCES = st.lists(PIECES, max_size=14).map("".join)
OPERANDS = st.sampled_from(
    [
        "attributes.a",
        "attributes.b",
        "attributes['c']",
        "1.0",
        "2",
        "'t'",
        "true",
        "[1.0, 'a']",
        "x",
        "y",
        "null",
    ]
)
FORMS = st.sampled_from([
    "{}+{}", "{}-{}", "{}*{}", "{}/{}", "{}=={}", "{}<{}", "{}&&{}", "!{}{}", "({})?{}:1.0", "[{},{}]", "{} in {}",
    "{}.map(x,{})", "{}.filter(x,{})", "{}.exists(y,{})", "({}).all(y,{})", "string({})+{}", "({})[{}]",
    "timestamp({})-{}", "{}.contains({})", "size({})>{}", "{{{}:{}}}",
])
# fmt: on
EXPRESSIONS = st.recursive(
    OPERANDS, lambda inner: st.builds(lambda form, a, b: form.format(a, b), FORMS, inner, inner), max_leaves=8
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def refusal(action: Callable[[], object]) -> str | None:
    try:
        action()
    except InvalidInputError as error:
        return error.code
    return None


def understood(text: str) -> Program | None:
    code = refusal(lambda: compile(text))
    assert code in {None, "invalid_expression"}
    return compile(text) if code is None else None


@given(st.text(st.characters(), max_size=60) | SENTENCES)
def test_any_text_compiles_or_is_refused(text: str) -> None:
    if program := understood(text):
        assert set(program.references) <= set(program.compiled.variables())


@given(EXPRESSIONS, st.dictionaries(st.sampled_from(["a", "b", "c"]), JSON) | JSON)
def test_an_expression_has_a_plain_value_or_none_for_any_input(text: str, values: Any) -> None:
    if program := understood(text):
        value = program.evaluate({"attributes": values})
        assert value is None or isinstance(value, bool | int | float | str | list)
        assert set(program.compiled.variables()) - {"x", "y"} == set(program.references) - {"x", "y"}


@given(
    EXPRESSIONS, st.fixed_dictionaries({name: st.sampled_from(["number", "text", "list"]) for name in "abc"})
)
def test_every_trial_passes_or_reports_the_error(text: str, kinds: dict[str, str]) -> None:
    if program := understood(text):
        code = refusal(lambda: trial(program, {"attributes": kinds}))
        assert code in {None, "invalid_expression"}
