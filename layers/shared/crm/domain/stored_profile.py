"""The stored form of a profile's state: one compact JSON text, because DynamoDB bills every byte with every write."""

import json
from decimal import Decimal
from typing import Any

from crm.domain.activity import Stamp
from crm.domain.claims import Claimer
from crm.domain.counts import Counts, Slice
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState, Register, Stamped


class _Stamps:
    """Many values share one stamp (an identify call sets them together): each stamp is written once."""

    def __init__(self) -> None:
        self.places: dict[Stamp, int] = {}

    def place(self, stamp: Stamp) -> int:
        return self.places.setdefault(stamp, len(self.places))


def dumps(state: ProfileState) -> str:
    """Everything of the state but id, version and card, which are attributes of their own."""
    stamps = _Stamps()
    document = {
        "i": _identity(state.identity) if state.identity else None,
        "a": _register(state.attributes, stamps),
        "g": _register(state.groups, stamps),
        "c": _register(state.consents, stamps),
        "e": [state.environment.value, stamps.place(state.environment.stamp)] if state.environment else None,
        "t": [state.first_seen, state.last_seen, state.last_transaction_at],
        "w": list(state.skew) if state.skew != (0, 0) else None,
        "n": [_slice(piece) for piece in state.slices],
        "k": [[*_identity(claimed), stamps.place(stamp)] for claimed, stamp in sorted_claims(state)],
        "r": sorted(_identity(refused) for refused in state.refused),
        "d": sorted(_identity(dropped) for dropped in state.dropped),
        "o": {id_: _claimer(claimer, stamps) for id_, claimer in sorted(state.claimers.items())},
    }
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
        environment=Stamped(environment[0], stamps[environment[1]]) if environment else None,
        first_seen=first_seen,
        last_seen=last_seen,
        last_transaction_at=last_transaction_at,
        skew=(skew[0], skew[1]),
        slices=[_read_slice(piece) for piece in document.get("n", [])],
        claims={Identity(type_, value): stamps[place] for type_, value, place in document.get("k", [])},
        refused=frozenset(Identity(type_, value) for type_, value in document.get("r", [])),
        dropped=frozenset(Identity(type_, value) for type_, value in document.get("d", [])),
        claimers={
            id_: Claimer(Identity(type_, value), stamps[place], bool(noted))
            for id_, (type_, value, place, noted) in document.get("o", {}).items()
        },
        card=card,
    )


def _identity(identity: Identity) -> list[str]:
    return [identity.type, identity.value]


def _register(register: Register, stamps: _Stamps) -> dict[str, list[Any]]:
    return {key: [held.value, stamps.place(held.stamp)] for key, held in sorted(register.items())}


def _read_register(document: dict[str, Any], stamps: list[Stamp]) -> Register:
    return {key: Stamped(value, stamps[place]) for key, (value, place) in document.items()}


def _claimer(claimer: Claimer, stamps: _Stamps) -> list[Any]:
    return [*_identity(claimer.identity), stamps.place(claimer.stamp), int(claimer.noted)]


def _slice(piece: Slice) -> list[Any]:
    """`[start, minutes, activities, pages, orders, revenue, refunds, conflicts]`, without the zeros at the end."""
    counts = piece.counts
    revenue = {currency: str(amount) for currency, amount in sorted(counts.revenue.items())}
    numbers: list[Any] = [
        counts.activities,
        counts.pages,
        counts.orders,
        revenue,
        counts.refunds,
        counts.conflicts,
    ]
    while numbers and not numbers[-1]:
        numbers.pop()
    return [piece.start, piece.end - piece.start, *numbers]


def _read_slice(document: list[Any]) -> Slice:
    start, minutes, *given = document
    defaults: list[Any] = [0, 0, 0, {}, 0, 0]
    activities, pages, orders, revenue, refunds, conflicts = [*given, *defaults[len(given) :]]
    amounts = {currency: Decimal(amount) for currency, amount in revenue.items()}
    return Slice(start, start + minutes, Counts(activities, pages, orders, refunds, conflicts, amounts))
