"""Serialize a profile's state: one compact JSON text, because DynamoDB bills every byte with every write."""

import json
from typing import Any

from crm.domain.activity import Stamp
from crm.domain.card_fields import Card
from crm.domain.claims import Claim, Claimer, ClaimEvidence, IdentityLink, mark_of
from crm.domain.daily import stored as daily
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.daily.legacy import Legacy
from crm.domain.identity import Identity
from crm.domain.json_text import decode, encode_text
from crm.domain.ledger.book import Ledger
from crm.domain.ledger.stored import dump_ledger, load_ledger
from crm.domain.profile import ProfileState
from crm.domain.stamped import LeftOut, Register, Stamped
from crm.domain.trust import Rank

MAX_BYTES_TOGETHER = 3_000_000
"""Maximum bytes of profiles in one save: a DynamoDB transaction holds 4 MB, with room for index and log entries."""

_RANKED = {
    "attributes": "a",
    "by_name": "n",
    "groups": "g",
    "consents": "c",
    "tags": "y",
    "classes": "l",
    "fields": "f",
}
_CONSENTS_AS_ONE = ("1", "2")
"""Formats that kept the consents of all ranks together: they count until the log is folded again."""

_NAMES = {letter: name for name, letter in _RANKED.items()}
_REGISTERS = {
    "a": "attributes",
    "an": "by_name",
    "g": "groups",
    "c": "consents",
    "cp": "pending",
    "y": "tags",
    "l": "classes",
    "f": "fields",
}


class _Stamps:
    """A table that stores each stamp once: many values share one, such as those of one identify call."""

    def __init__(self) -> None:
        self.places: dict[Stamp, int] = {}

    def place(self, stamp: Stamp) -> int:
        return self.places.setdefault(stamp, len(self.places))


def dumps(state: ProfileState) -> str:
    """Serialise the state, without what the item holds itself: id, version, card, published segments, due time."""
    stamps = _Stamps()
    document = {
        **({"i": _identity(state.identity)} if state.identity else {}),
        **_registers(state, stamps),
        "V": state.rules,
        "e": [state.environment.value, stamps.place(state.environment.stamp)] if state.environment else None,
        "t": [state.first_seen, state.last_seen, state.last_transaction_at],
        "w": list(state.skew) if state.skew != (0, 0) else None,
        "D": daily.dumps(state.daily),
        "O": dump_ledger(state.ledger) if state.ledger else None,
        **(_legacy(state.daily.legacy) if state.daily.legacy else {}),
        **_relations(state, stamps),
        "b": state.established,
        "u": state.shared,
        "j": int(state.joins_closed),
        "x": state.erased_at,
        "z": int(state.stale),
        "s": list(stamps.places),
    }
    return encode_text({key: value for key, value in document.items() if value})


def _registers(state: ProfileState, stamps: _Stamps) -> dict[str, Any]:
    """Serialise the registers; most profiles use few of them."""
    document: dict[str, Any] = {}
    for letter, name in _REGISTERS.items():
        if register := getattr(state, name):
            document[letter] = _register(register, stamps)
    if state.ranked:
        document["R"] = {
            f"{int(rank)}{_RANKED[name]}": _register(part, stamps)
            for (name, rank), part in sorted(state.ranked.items())
        }
    if state.left_out:
        document["L"] = {budget: sorted(names) for budget, names in sorted(state.left_out.items())}
    return document


def _legacy(legacy: Legacy) -> dict[str, Any]:
    return {"n": legacy.slices, "q": legacy.names}


def _relations(state: ProfileState, stamps: _Stamps) -> dict[str, Any]:
    """Serialise the claims, links and claimers."""
    document: dict[str, Any] = {}
    if state.claims:
        document["k"] = [_evidence(claimed, evidence, stamps) for claimed, evidence in sorted_claims(state)]
    if state.links:
        document["h"] = [
            [*_identity(identity), int(link.linked), stamps.place(link.stamp)]
            for identity, link in sorted(state.links.items())
        ]
    if state.noted:
        document["m"] = sorted(state.noted)
    if state.unnoted:
        document["p"] = [[*_identity(lost), *why] for lost, why in sorted(state.unnoted.items())]
    if state.dropped:
        document["d"] = sorted(_identity(dropped) for dropped in state.dropped)
    if state.released:
        document["v"] = sorted(state.released)
    if state.claimers:
        document["o"] = {id_: _claimer(claimer, stamps) for id_, claimer in sorted(state.claimers.items())}
    return document


def stored_bytes(state: ProfileState) -> int:
    """Estimate the size of the profile's item: its state and its card.

    The few bytes of keys and indexes are left out.
    """
    card = json.dumps(state.card, ensure_ascii=False) if state.card else ""
    return len(dumps(state).encode()) + len(card.encode())


def sorted_claims(state: ProfileState) -> list[tuple[Identity, ClaimEvidence]]:
    """Sort the claims, so that equal states have equal stored forms."""
    return sorted(state.claims.items(), key=lambda claim: (claim[0].type, claim[0].value))


def loads(
    id_: str, text: str, *, version: int = 0, card: Card | None = None, counted: bool = True
) -> ProfileState:
    """Restore the state that `dumps` wrote. `counted` False leaves out its counts."""
    document = decode(text.encode())
    stamps: list[Stamp] = [(at, message_id) for at, message_id in document.get("s", ())]
    first_seen, last_seen, last_transaction_at = document.get("t", (None, None, None))
    earlier, later = document.get("w", (0, 0))
    state = ProfileState(
        id_,
        Identity(*document["i"]) if "i" in document else None,
        version,
        rules=document.get("V", ""),
        first_seen=first_seen,
        last_seen=last_seen,
        last_transaction_at=last_transaction_at,
        skew=(earlier, later),
        daily=_read_daily(document) if counted else DailyCounts(),
        ledger=load_ledger(document["O"]) if counted and "O" in document else Ledger(),
        established=document.get("b"),
        shared=document.get("u"),
        joins_closed=bool(document.get("j")),
        erased_at=document.get("x"),
        stale=bool(document.get("z")),
        card=card,
    )
    if "e" in document:
        value, place = document["e"]
        state.environment = Stamped(value, stamps[place])
    _read_registers(state, document, stamps)
    _read_relations(state, document, stamps)
    return state


def _read_registers(state: ProfileState, document: dict[str, Any], stamps: list[Stamp]) -> None:
    ranked = document.get("R", {})
    if state.rules.partition(".")[0] in _CONSENTS_AS_ONE and "c" in document:
        ranked = {**ranked, f"{int(Rank.TRUSTED)}c": document.pop("c")}
    for letter in _REGISTERS.keys() & document.keys():
        setattr(state, _REGISTERS[letter], _read_register(document[letter], stamps))
    for place, part in ranked.items():
        state.ranked[_NAMES[place[1:]], Rank(int(place[0]))] = _read_register(part, stamps)
    for budget, names in document.get("L", {}).items():
        state.left_out[budget] = set(names)


def _read_relations(state: ProfileState, document: dict[str, Any], stamps: list[Stamp]) -> None:
    for type_, value, *evidence in document.get("k", ()):
        state.claims[Identity(type_, value)] = _read_evidence(evidence, stamps)
    for type_, value, linked, place in document.get("h", ()):
        state.links[Identity(type_, value)] = IdentityLink(bool(linked), stamps[place])
    if "m" in document or "r" in document:
        former = {mark_of(Identity(*lost)) for lost in document.get("r", ())}
        state.noted = frozenset(document.get("m", ())) | former
    for type_, value, at, why in document.get("p", ()):
        state.unnoted[Identity(type_, value)] = at, why
    state.dropped = frozenset(Identity(type_, value) for type_, value in document.get("d", ()))
    state.released = frozenset(document.get("v", ()))
    for id_, claimer in document.get("o", {}).items():
        state.claimers[id_] = _read_claimer(claimer, stamps)


def _identity(identity: Identity) -> list[str]:
    return [identity.type, identity.value]


def _register(register: Register, stamps: _Stamps) -> dict[str, list[Any]]:
    """Serialise a register: `[value, stamp]` by name, `[stamp]` where the value is left out."""
    return {key: _dump_value(held, stamps.place(held.stamp)) for key, held in sorted(register.items())}


def _dump_value(held: Stamped, place: int) -> list[Any]:
    return [place] if isinstance(held, LeftOut) else [held.value, place]


def _read_register(document: dict[str, Any], stamps: list[Stamp]) -> Register:
    return {key: _read_value(value, stamps) for key, value in document.items()}


def _read_value(value: list[Any], stamps: list[Stamp]) -> Stamped:
    return Stamped(value[0], stamps[value[1]]) if value[1:] else LeftOut(None, stamps[value[0]])


def _evidence(claimed: Identity, evidence: ClaimEvidence, stamps: _Stamps) -> list[Any]:
    """Serialise evidence: `[type, value, stamp, rank, by how much its earliest time is earlier]`; an earlier version
    had no ranks.
    """
    earlier = evidence.stamp[0] - evidence.since
    return [
        *_identity(claimed),
        stamps.place(evidence.stamp),
        int(evidence.rank),
        *([earlier] if earlier else []),
    ]


def _read_evidence(values: list[int], stamps: list[Stamp]) -> ClaimEvidence:
    place = values[0]
    rank, earlier = ([*values[1:], 0, 0])[:2]
    return ClaimEvidence(Rank(rank), stamps[place], stamps[place][0] - earlier)


def _claimer(claimer: Claimer, stamps: _Stamps) -> list[Any]:
    """Serialise a claimer: `[type, value, stamp, flags, rank, by how much later it was first kept]`. Flags: 1 noted,
    2 by hand.
    """
    claim = claimer.claim
    flags = int(claimer.noted) + 2 * int(claim.by_hand)
    values = [*_identity(claimer.identity), stamps.place(claim.stamp), flags]
    if claimer.unranked:
        return values
    later = claimer.first - claim.stamp[0]
    return [*values, int(claim.rank), *([later] if later else [])]


def _read_claimer(document: list[Any], stamps: list[Stamp]) -> Claimer:
    """Restore a claimer.

    A claim of an event from an earlier version, which had no ranks, counts as public until its log is folded.
    """
    type_, value, place, flags, *more = document
    by_hand, stamp = bool(flags & 2), stamps[place]
    rank = more[0] if more else Rank.BY_HAND if by_hand else Rank.PUBLIC
    later = more[1] if len(more) > 1 else 0
    claim = Claim(stamp, Rank(rank), by_hand=by_hand)
    return Claimer(
        Identity(type_, value),
        claim,
        first=stamp[0] + later,
        noted=bool(flags & 1),
        unranked=not more and not by_hand,
    )


def _read_daily(document: dict[str, Any]) -> DailyCounts:
    """Restore the counts.

    Those of an earlier version, at most six slices of time, count until the log is folded again.
    """
    counted = daily.loads(document["D"]) if "D" in document else DailyCounts()
    if "n" in document:
        counted.legacy = Legacy(document["n"], document.get("q", []))
    return counted
