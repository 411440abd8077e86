"""The facets in which two states of one profile differ: only conditions that read them are evaluated again."""

from collections.abc import Iterator

from crm.domain.conditions.compile import override_facet
from crm.domain.conditions.condition import ORDERS, metric_facet
from crm.domain.consent import PROCESSING
from crm.domain.daily.changed_metrics import changed_metrics
from crm.domain.effect_fields import LIST_FIELD, OVERRIDE, RESPONSIBLE, SHOWN_ID
from crm.domain.profile import ProfileState
from crm.domain.stamped import merge_registers


def changed_facets(before: ProfileState, after: ProfileState) -> frozenset[str]:
    """Return the facets that may differ between two states that the same metrics have counted."""
    found = {f"attribute:{name}" for name in _differing(before, after, "attributes")}
    found |= {"tags"} if _differing(before, after, "tags") else set()
    found |= {"classes"} if _differing(before, after, "classes") else set()
    if consents := _differing(before, after, "consents") | _differing(before, after, "pending"):
        found |= {"consents"} | ({f"consent:{PROCESSING}"} if PROCESSING in consents else set())
    found |= set(_of_fields(_differing(before, after, "fields")))
    found |= {"environment"} if before.environment != after.environment else set()
    found |= {"kind"} if before.identity != after.identity else set()
    found |= {"created"} if before.first_seen != after.first_seen else set()
    found |= {"last_seen"} if before.last_seen != after.last_seen else set()
    found |= {"last_transaction"} if before.last_transaction_at != after.last_transaction_at else set()
    found |= {"last_transaction", ORDERS} if before.ledger != after.ledger else set()
    return frozenset(found | set(map(metric_facet, changed_metrics(before.daily, after.daily))))


def _differing(before: ProfileState, after: ProfileState, register: str) -> set[str]:
    if getattr(before, register) == getattr(after, register) and before.ranked == after.ranked:
        return set()
    parts, parts_after = dict(before.parts(register)), dict(after.parts(register))
    old, new = merge_registers(parts.values()), merge_registers(parts_after.values())
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def _of_fields(keys: set[str]) -> Iterator[str]:
    for key in keys:
        if key.startswith(LIST_FIELD):
            yield "lists"
        elif key.startswith(OVERRIDE):
            yield override_facet(key.removeprefix(OVERRIDE))
        elif key.startswith(SHOWN_ID):
            yield "shown_id"
        elif key == RESPONSIBLE:
            yield "responsible"
