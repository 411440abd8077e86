"""The stored form of a profile's state: one compact JSON text, because DynamoDB bills every byte with every write."""

import json
from decimal import Decimal
from typing import Any

from crm.domain.activity import Stamp
from crm.domain.claims import Claimer, Link
from crm.domain.counts import Counts, Slice
from crm.domain.identity import Identity
from crm.domain.metrics.tables import Days
from crm.domain.profile import LeftOut, ProfileState, Register, Stamped
from crm.domain.trust import Rank

_RANKED = {"attributes": "a", "groups": "g", "consents": "c", "tags": "y", "classes": "l", "fields": "f"}
_NAMES = {letter: name for name, letter in _RANKED.items()}


class _Stamps:
    """Many values share one stamp (an identify call sets them together): each stamp is written once."""

    def __init__(self) -> None:
        self.places: dict[Stamp, int] = {}

    def place(self, stamp: Stamp) -> int:
        return self.places.setdefault(stamp, len(self.places))


def dumps(state: ProfileState) -> str:
    """Everything of the state but what has attributes of its own: id, version, card, what was told, when it is due."""
    stamps = _Stamps()
    metrics = sorted({id_ for piece in state.slices for id_ in piece.counts.metrics})
    document = {
        "i": _identity(state.identity) if state.identity else None,
        "a": _register(state.attributes, stamps),
        "g": _register(state.groups, stamps),
        "c": _register(state.consents, stamps),
        "y": _register(state.tags, stamps),
        "l": _register(state.classes, stamps),
        "f": _register(state.fields, stamps),
        "m": {
            f"{_RANKED[name]}{int(rank)}": _register(part, stamps)
            for (name, rank), part in sorted(state.ranked.items())
        },
        "b": {budget: sorted(names) for budget, names in sorted(state.left_out.items())},
        "v": state.rules,
        "e": [state.environment.value, stamps.place(state.environment.stamp)] if state.environment else None,
        "t": [state.first_seen, state.last_seen, state.last_transaction_at],
        "w": list(state.skew) if state.skew != (0, 0) else None,
        "n": [_slice(piece, metrics) for piece in state.slices],
        "k": [[*_identity(claimed), stamps.place(stamp)] for claimed, stamp in sorted_claims(state)],
        "h": [
            [*_identity(identity), int(link.linked), stamps.place(link.stamp)]
            for identity, link in sorted(state.links.items())
        ],
        "r": sorted(_identity(refused) for refused in state.refused),
        "d": sorted(_identity(dropped) for dropped in state.dropped),
        "o": {id_: _claimer(claimer, stamps) for id_, claimer in sorted(state.claimers.items())},
        "x": state.erased_at,
        "z": int(state.stale),
    }
    document["q"] = metrics
    document["s"] = [list(stamp) for stamp in stamps.places]
    filled = {key: value for key, value in document.items() if value}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":"))


def sorted_claims(state: ProfileState) -> list[tuple[Identity, Stamp]]:
    """The claims in one order, so that equal states have equal stored forms."""
    return sorted(state.claims.items(), key=lambda claim: (claim[0].type, claim[0].value))


def loads(id_: str, text: str, *, version: int = 0, card: dict[str, Any] | None = None) -> ProfileState:
    """The state that `dumps` wrote."""
    document = json.loads(text)
    stamps: list[Stamp] = [(at, message_id) for at, message_id in document.get("s", [])]
    environment = document.get("e")
    first_seen, last_seen, last_transaction_at = document.get("t", (None, None, None))
    skew = document.get("w", (0, 0))
    return ProfileState(
        id_,
        Identity(*document["i"]) if "i" in document else None,
        version,
        attributes=_read_register(document.get("a", {}), stamps),
        groups=_read_register(document.get("g", {}), stamps),
        consents=_read_register(document.get("c", {}), stamps),
        tags=_read_register(document.get("y", {}), stamps),
        classes=_read_register(document.get("l", {}), stamps),
        fields=_read_register(document.get("f", {}), stamps),
        ranked={
            (_NAMES[place[0]], Rank(int(place[1:]))): _read_register(part, stamps)
            for place, part in document.get("m", {}).items()
        },
        left_out={budget: set(names) for budget, names in document.get("b", {}).items()},
        rules=document.get("v", ""),
        environment=Stamped(environment[0], stamps[environment[1]]) if environment else None,
        first_seen=first_seen,
        last_seen=last_seen,
        last_transaction_at=last_transaction_at,
        skew=(skew[0], skew[1]),
        slices=[_read_slice(piece, document.get("q", [])) for piece in document.get("n", [])],
        claims={Identity(type_, value): stamps[place] for type_, value, place in document.get("k", [])},
        links={
            Identity(type_, value): Link(bool(linked), stamps[place])
            for type_, value, linked, place in document.get("h", [])
        },
        refused=frozenset(Identity(type_, value) for type_, value in document.get("r", [])),
        dropped=frozenset(Identity(type_, value) for type_, value in document.get("d", [])),
        claimers={id_: _read_claimer(claimer, stamps) for id_, claimer in document.get("o", {}).items()},
        erased_at=document.get("x"),
        stale=bool(document.get("z")),
        card=card,
    )


def _identity(identity: Identity) -> list[str]:
    return [identity.type, identity.value]


def _register(register: Register, stamps: _Stamps) -> dict[str, list[Any]]:
    """`[value, stamp]` by name, `[stamp]` where the value is left out."""
    return {key: _word(held, stamps.place(held.stamp)) for key, held in sorted(register.items())}


def _word(held: Stamped, place: int) -> list[Any]:
    return [place] if isinstance(held, LeftOut) else [held.value, place]


def _read_register(document: dict[str, Any], stamps: list[Stamp]) -> Register:
    return {key: _read_word(word, stamps) for key, word in document.items()}


def _read_word(word: list[Any], stamps: list[Stamp]) -> Stamped:
    return Stamped(word[0], stamps[word[1]]) if word[1:] else LeftOut(None, stamps[word[0]])


def _claimer(claimer: Claimer, stamps: _Stamps) -> list[Any]:
    """`[type, value, stamp, flags]`: 1 noted, 2 by hand."""
    flags = int(claimer.noted) + 2 * int(claimer.by_hand)
    return [*_identity(claimer.identity), stamps.place(claimer.stamp), flags]


def _read_claimer(document: list[Any], stamps: list[Stamp]) -> Claimer:
    type_, value, place, flags = document
    return Claimer(Identity(type_, value), stamps[place], noted=bool(flags & 1), by_hand=bool(flags & 2))


def _slice(piece: Slice, names: list[str]) -> list[Any]:
    """`[start, minutes, activities, pages, orders, revenue, refunds, conflicts, edits, metrics]`, without zeros at the
    end. Metrics by their place among the names.
    """
    counts = piece.counts
    revenue = {currency: str(amount) for currency, amount in sorted(counts.revenue.items())}
    metrics = {str(names.index(id_)): _days(days) for id_, days in sorted(counts.metrics.items())}
    numbers: list[Any] = [
        counts.activities,
        counts.pages,
        counts.orders,
        revenue,
        counts.refunds,
        counts.conflicts,
        counts.edits,
        metrics,
    ]
    while numbers and not numbers[-1]:
        numbers.pop()
    return [piece.start, piece.end - piece.start, *numbers]


def _days(days: Days) -> list[Any]:
    """`[day, kept, days later, kept...]`."""
    said: list[Any] = []
    last = 0
    for day in sorted(days):
        said += [day - last, days[day]]
        last = day
    return said


def _read_slice(document: list[Any], names: list[str]) -> Slice:
    start, minutes, *given = document
    defaults: list[Any] = [0, 0, 0, {}, 0, 0, 0, {}]
    activities, pages, orders, revenue, refunds, conflicts, edits, metrics = [
        *given,
        *defaults[len(given) :],
    ]
    amounts = {currency: Decimal(amount) for currency, amount in revenue.items()}
    tables = {names[int(place)]: _read_days(days) for place, days in metrics.items()}
    counts = Counts(activities, pages, orders, refunds, conflicts, amounts, edits, tables)
    return Slice(start, start + minutes, counts)


def _read_days(said: list[Any]) -> Days:
    days: Days = {}
    day = 0
    for later, kept in zip(said[::2], said[1::2], strict=True):
        day += later
        days[day] = kept
    return days
