"""Random conditions of every type, over the activities of `tests.model.segment_lives`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

ConditionJson = dict[str, Any]

SEGMENTS = ("seg_a", "seg_b")
_TEXTS = ("ÄRGER", "straße", "STRASSE", "a1", "É", "34", "5")
_NUMERIC = ("equals", "not_equals", "greater", "less", "at_least", "at_most")
_RELATIVE = [f"{how}_days_{way}" for how in ("more_than", "exactly", "less_than") for way in ("ago", "ahead")]
_PERIODS = ("week", "week", "month", "quarter", "year")
_EQUAL, _LISTED = ("equals", "not_equals"), ("one_of", "not_one_of")
_ORDERED = ("greater", "less", "at_least", "at_most")
OPERANDS: dict[str, Sequence[Any]] = {
    "age": (34, "34", "1.234,50", 1234.5, 5, "12,5", 10, "much", 1234, "€ 12,50"),
    "vip": (True, False, "true", "Yes", 0, "no", "perhaps"),
    "birthday": ("29.02.2000", "2000-02-29T00:00:00Z", 951_782_400, "19910329", "much", "1990-01-01"),
    "joined": ("1774589400", "2026-03-29T12:00:00+05:45", "later", 1_774_589_400_000),
    "colours": ("S", "m", "x;y", "é", "A1", 5, "7"),
    "size": ("s", "M", "GROSSE", "XL"),
    "phone": ("+49 30 1234567", "030 123 45 67", "+49301234567", "call me", "+1 415"),
}
"""Operands by attribute, as people write them; some are not of the attribute's type."""
_FEW = (0, 1, 2, 3, 4, 5, 8)


class Conditions:
    """Build random conditions over the days from `first` on."""

    def __init__(self, rng: Random, first: date) -> None:
        self._dice, self._one = rng, rng.choice
        self.one = rng.choice
        self._days = [(first + timedelta(days=n)).isoformat() for n in range(8)]

    def tree(self, depth: int = 3) -> ConditionJson:
        """Build nested conditions."""
        if depth == 0 or self._dice.random() < 0.3:
            return self.leaf(self._one(_WEIGHTED))
        type_ = self._one(("and", "or", "or", "not", "not", "segment"))
        if type_ == "not":
            return {"type": "not", "condition": self.tree(depth - 1)}
        if type_ == "segment":
            return {"type": "segment", "segment": self._one(SEGMENTS), "condition": self.tree(depth - 1)}
        return {"type": type_, "conditions": [self.tree(depth - 1) for _ in range(self._dice.randint(1, 3))]}

    def leaf(self, type_: str) -> ConditionJson:
        """Build a condition without parts. In LEAVES, a form's name is its type and what distinguishes the form."""
        return {"type": type_.partition(" ")[0], **LEAVES[type_](self)}

    def comparison(self) -> ConditionJson:
        """Build an operator and a value for attributes, properties, and first and last values."""
        days, one = self._days, self._one
        instants = (f"{days[2]}T12:00:00.000Z", "1965-05-05T10:00:00.000Z")
        pairs = (
            [1, 5],
            [2, 20],
            [days[0], days[2]],
            [days[1], f"{days[3]}T05:30:00.000Z"],
            ["1950-01-01", days[0]],
        )
        made: tuple[tuple[tuple[str, ...], Sequence[Any]], ...] = (
            (("equals", "not_equals"), (*_TEXTS, 1, 5, 7.5, 34, True, False)),
            (("one_of", "not_one_of"), (["ärger", 5], [1, "A1"], ["é", 34, "no"])),
            (("contains", "not_contains", "starts_with", "ends_with"), _TEXTS),
            (("greater", "less", "at_least", "at_most"), (1, 5, 20.5, *days[:4], *instants)),
            (("between",), pairs),
            (("empty", "not_empty"), ()),
        )
        operators, values = one(made)
        return {"operator": one(operators)} | ({"value": one(values)} if values else {})

    def attribute(self) -> ConditionJson:
        """Build a comparison of an attribute, mostly with an operand of its type, as people write it."""
        name, one = self._one(("city", "trial", *OPERANDS, *OPERANDS)), self._one
        if name not in OPERANDS or self._dice.random() < 0.2:
            return {"name": name, **self.comparison()}
        operands = [*OPERANDS[name], *self._days] if name in ("birthday", "joined") else OPERANDS[name]
        operator = one(
            (*_EQUAL, *_EQUAL, *_LISTED, *_ORDERED, "contains", "starts_with", "empty", "not_empty")
        )
        if operator in ("empty", "not_empty"):
            return {"name": name, "operator": operator}
        if operator in _LISTED:
            return {"name": name, "operator": operator, "value": self._dice.choices(operands, k=3)}
        texts = [operand for operand in operands if type(operand) is str]
        if operator in ("contains", "starts_with"):
            return {"name": name, "operator": operator, "value": one(texts)[: one((2, 4, 9))].strip()}
        return {"name": name, "operator": operator, "value": one(operands)}

    def window(self) -> ConditionJson:
        """Build a window, more often a rolling one, whose result changes with time."""
        rng, days = self._dice, self._days
        nearest, farthest = sorted(rng.choices(_FEW, k=2))
        chosen: ConditionJson = self._one(
            (
                {},
                *[{"within_days": rng.choice((1, 2, 3, 5, 9))}] * 4,
                *[{"days_ago": [nearest, farthest]}] * 4,
                *[{rng.choice(("this", "to_date", "last")): rng.choice(_PERIODS)}] * 2,
                {"between": sorted(rng.choices(days, k=2))},
                {self._one(("after", "before", "on")): rng.choice(days)},
            )
        )
        return {"window": chosen} if chosen else {}

    def hours(self) -> ConditionJson:
        """Build a window of hours or minutes."""
        nearest, farthest = sorted(self._dice.sample((0, 1, 2, 12, 24, 47, 72), 2))
        durations = ({"hours": 1}, {"hours": 2, "minutes": 30}, {"minutes": 1}, {"hours": 24}, {"hours": 72})
        windows: tuple[ConditionJson, ...] = (
            {"within": self._one(durations)},
            {"within": self._one(durations)},
            {"hours_ago": [nearest, farthest]},
            {"minutes_ago": [nearest, farthest]},
        )
        return {"window": self._one(windows)}

    def count(self) -> ConditionJson:
        """Build an operator and a number of activities."""
        limit = {"operator": self._one(_NUMERIC), "value": self._one((0, 1, 1, 2, 2.5, 3, 5))}
        between: ConditionJson = {"operator": "between", "value": [1, 2]}
        return self._one(({}, limit, limit, limit, between))

    def selector(self) -> ConditionJson:
        """Build a selector of activities."""
        named: list[ConditionJson] = [{"event": "Order Completed"}] * 4 + [
            {"event": "Viewed"},
            {},
            {"kind": "page"},
            {"kind": "any"},
            {"events": ["Viewed", "Order Completed"]},
            {"kind": "any", "events": ["letter", "Home", "Viewed"]},
        ]
        rare = [{"kind": "form", "event": "letter"}, {"kind": "any", "source": "shop"}, {"source": "app"}]
        condition: ConditionJson = dict(self._one([*named, *rare]))
        if self._dice.random() < 0.2:
            condition["where"] = [self._filter() for _ in range(self._dice.randint(1, 2))]
        return condition

    def _filter(self, depth: int = 2) -> ConditionJson:
        if depth and self._dice.random() < 0.3:
            type_ = self._one(("and", "or", "entry"))
            if type_ == "entry":
                return self._entry()
            return {"type": type_, "where": [self._filter(depth - 1) for _ in range(2)]}
        return {"property": self._one(("total", "sku", "items.price", "items")), **self.comparison()}

    def _entry(self) -> ConditionJson:
        where = [{"property": self._one(("price", "name", "price")), **self.comparison()} for _ in range(2)]
        return {"type": "entry", "property": self._one(("items", "items", "sku")), "where": where}

    def measure(self) -> ConditionJson:
        """Build a function of activities and its comparison."""
        one = self._one
        kind = one(("default", "count", "count", "number", "number", "number", "end", "end", "distinct"))
        if kind == "default":
            return {}
        if kind == "end":
            found = {"function": one(("first", "last")), "property": one(("total", "sku", "items.price"))}
            return found | self.comparison()
        operator, value = one(_NUMERIC), one((0, 1, 1, 2, 2, 3, 4, 5, 7.5, 10))
        limit: ConditionJson = {"operator": operator, "value": value}
        if self._dice.random() < 0.2:
            limit = {"operator": "between", "value": one(([1, 2], [0, 5], [5.5, 20]))}
        if kind == "distinct":
            return {"function": "distinct_values", "property": one(("total", "sku", "items.price")), **limit}
        if kind == "count":
            named = {"property": one(("total", "sku"))} if self._dice.random() < 0.3 else {}
            return {"function": one(("count", "distinct_days")), **named, **limit}
        return {
            "function": one(("sum", "average", "min", "max")),
            "property": one(("total", "items.price")),
            **limit,
        }

    def amount(self) -> ConditionJson:
        """Build the definition of an aggregate whose value is a number."""
        if self._dice.random() < 0.4:
            return {"function": self._one(("count", "distinct_days"))}
        return {
            "function": self._one(("sum", "max", "average")),
            "property": self._one(("total", "items.price")),
        }

    def date(self) -> ConditionJson:
        """Build a date condition on a field of the profile or on an attribute, also a yearly one."""
        one, days, rng = self._one, self._days, self._dice
        attribute = {"attribute": one(("trial", "joined", "birthday"))}
        if rng.random() < 0.15:
            of = one(({"field": "created"}, {"attribute": "birthday", "yearly": True}, attribute))
            return {**of, "operator": one(("this", "last", "next")), "value": one(_PERIODS)}
        if rng.random() < 0.25:
            far = one((0, 1, 2, 3, 4, 30, 180, 364, 365, 366))
            return {"attribute": "birthday", "operator": one(_RELATIVE), "value": far, "yearly": True}
        condition = dict(one((attribute, {"field": one(("created", "last_seen", "last_transaction"))})))
        if rng.random() < 0.7:
            return condition | {"operator": one(_RELATIVE), "value": one(_FEW)}
        ends = [*days, f"{days[1]}T03:30:00.000Z", f"{days[2]}T22:00:00.000Z", "1965-05-05T10:00:00.000Z"]
        if rng.random() < 0.3:
            return condition | {"operator": "between", "value": sorted(rng.choices(ends, k=2))}
        return condition | {"operator": one(("after", "before", "on")), "value": one(ends)}

    def rarely(self) -> bool:
        return self._dice.random() < 0.25

    def recent_event(self) -> ConditionJson:
        """Build a condition on the number of activities within hours."""
        named = {"property": self._one(("total", "sku"))} if self.rarely() else {}
        return self.selector() | named | self.count() | self.hours()

    def limit(self) -> ConditionJson:
        """Build a limit of the time between two steps."""
        within = self.one(({"hours": 1}, {"hours": 2, "minutes": 30}, {"hours": 24}, {"hours": 60}))
        return dict(self.one(({}, {"within": within}, {"within": within}, self.pick("within_days", 0, 1, 3))))

    def without(self) -> ConditionJson:
        """Build selectors of activities that must not be between two steps."""
        if not self.rarely():
            return {}
        return {"without": [self.selector() for _ in range(self.one((1, 1, 2)))]}

    def unanswered(self) -> ConditionJson:
        """Build a selector of activities that must not follow."""
        return {"then_not": self.selector() | self.limit()}

    def pick(self, name: str, *choices: Any) -> ConditionJson:
        return {name: self._one(choices)}


def _stopped(of: Conditions) -> ConditionJson:
    quiet = of.pick("quiet_days", 1, 2, 3)
    return of.selector() | quiet | of.pick("active_days", 4, 6)


def _sequence(of: Conditions) -> ConditionJson:
    if of.rarely():
        both = {"first": of.selector(), "then": of.selector()}
        return both | of.pick("within_days", 0, 1, 2, 5) | of.window()
    window = of.hours() if of.rarely() else of.window()
    form = of.one(("pair", "unanswered", "unanswered", "steps", "steps"))
    if form == "pair":
        condition = {"first": of.selector(), "then": of.selector()} | of.limit() | of.without()
        return condition | (of.unanswered() if of.rarely() else {}) | window
    if form == "unanswered":
        condition = {"first": of.selector(), "then_not": of.selector()}
        if of.rarely():
            return condition | of.limit() | window
        return condition | of.unanswered() | window
    steps = [of.selector(), *(of.selector() | of.limit() | of.without() for _ in range(of.one((1, 1, 2))))]
    overall = of.limit() | of.without() if of.rarely() else {}
    return {"steps": steps} | overall | (of.unanswered() if of.rarely() else {}) | window


LEAVES: dict[str, Callable[[Conditions], ConditionJson]] = {
    "attribute": Conditions.attribute,
    "environment": lambda of: {"field": "browser", **of.comparison()},
    "tag": lambda of: of.pick("tag", "t1", "t2"),
    "list": lambda _of: {"list": "l1"},
    "class": lambda _of: {"class": "gold"},
    "kind": lambda of: of.pick("kind", "recognised", "anonymous"),
    "responsible": lambda of: of.pick("user", "iris", None),
    "consent": lambda of: (
        of.pick("channel", "email", "sms") | of.pick("state", "granted", "denied", "expired", "missing")
    ),
    "consent since": lambda of: (
        of.pick("channel", "email", "sms") | of.pick("state", "granted", "denied", "expired") | of.window()
    ),
    "top": lambda of: {
        "percent": 10,
        "of": "aggregate",
        "definition": of.selector() | of.amount() | of.window(),
        "snapshot": of.pick("threshold", 1, 2, 5, 7.5, None) | {"at": 0, "customers": 9},
    },
    "random_share": lambda of: (
        of.pick("percent", 5, 33.33, 50) | of.pick("from", 0, 12.5) | of.pick("seed", "a", "b")
    ),
    "source": lambda of: of.pick("source", "shop", "app"),
    "event": lambda of: of.recent_event() if of.rarely() else of.selector() | of.measure() | of.window(),
    "never": lambda of: of.selector() | (of.hours() if of.rarely() else of.window()),
    "first_time": lambda of: of.selector() | (of.hours() if of.rarely() else of.window()),
    "sequence": _sequence,
    "stopped": _stopped,
    "date": Conditions.date,
    "nobody": lambda _of: {},
}
_OF_TIME = (
    "never",
    "first_time",
    "sequence",
    "sequence",
    "stopped",
    "stopped",
    "consent",
    "date",
    "date",
    "date",
)
_WEIGHTED = (*LEAVES, *["event"] * 9, *_OF_TIME, *_OF_TIME)
