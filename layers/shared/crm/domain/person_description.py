"""The full description of a person, as the API answers it, with its totals."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict

from crm.domain.business_keys import ORDER_KEY
from crm.domain.card_fields import CardKind
from crm.domain.consent_fields import ProfileConsent
from crm.domain.counts import Counts
from crm.domain.effect_fields import RESPONSIBLE
from crm.domain.effects import lists_in
from crm.domain.identity import Identity
from crm.domain.ledger.orders import add_amount, orders_of
from crm.domain.person import (
    consents_of,
    identities_of,
    kind_of,
    last_seen_of,
    last_transaction_of,
    latest_environment,
    merged,
    shown_id,
    smallest,
    values_of,
)
from crm.domain.profile import ProfileState
from crm.domain.times import iso_or_none
from crm.domain.views.profiles import IdentityView, TotalsView


class PersonDescription(TypedDict):
    """A person in full. Tags and lists are ids, times are ISO 8601 UTC, amounts plain numbers."""

    id: str
    kind: CardKind
    attributes: dict[str, Any]
    tags: list[str]
    classes: list[str]
    lists: list[str]
    responsible: str | None
    consents: dict[str, ProfileConsent]
    groups: dict[str, dict[str, Any]]
    identities: list[IdentityView]
    members: list[str]
    first_seen: str | None
    last_seen: str | None
    last_transaction_at: str | None
    environment: dict[str, Any]
    totals: TotalsView
    version: int


def describe(members: Sequence[ProfileState]) -> PersonDescription:
    """Describe the person of these members, the root first."""
    root = members[0]
    environment = latest_environment(members)
    fields = values_of(merged(members, "fields"))
    return {
        "id": shown_id(members),
        "kind": kind_of(members),
        "attributes": values_of(merged(members, "attributes")),
        "tags": list(values_of(merged(members, "tags"))),
        "classes": list(values_of(merged(members, "classes"))),
        "lists": lists_in(fields),
        "responsible": fields.get(RESPONSIBLE),
        "consents": values_of(consents_of(members)),
        "groups": values_of(merged(members, "groups")),
        "identities": [identity_view(identity) for identity in identities_of(members)],
        "members": [member.id for member in members],
        "first_seen": iso_or_none(smallest(member.first_seen for member in members)),
        "last_seen": iso_or_none(last_seen_of(members)),
        "last_transaction_at": iso_or_none(last_transaction_of(members)),
        "environment": environment.value if environment else {},
        "totals": totals_of(members),
        "version": root.version,
    }


def identity_view(identity: Identity) -> IdentityView:
    """Return the model `Identity`."""
    return {"type": identity.type, "value": identity.value}


def totals_of(members: Sequence[ProfileState]) -> TotalsView:
    """Sum the counts of all members; revenue is after refunds."""
    counts = sum((member.counts for member in members), Counts())
    net, gross, number, refunds = dict(counts.revenue), dict(counts.revenue), counts.orders, counts.refunds
    for order in orders_of(members):
        if order.key.startswith(ORDER_KEY):
            refunds += order.has_refund
        if order.is_order:
            number += 1
            add_amount(net, order.currency, order.net)
            add_amount(gross, order.currency, order.gross)
    revenue, before = sum(net.values(), Decimal()), sum(gross.values(), Decimal())
    return {
        "activities": counts.activities,
        "pages": counts.pages,
        "orders": number,
        "refunds": refunds,
        "revenue": float(revenue),
        "revenue_by_currency": _by_currency(net),
        "gross_revenue": float(before),
        "gross_revenue_by_currency": _by_currency(gross),
        "refunded": float(before - revenue),
        "average_order": round(float(revenue / number), 2) if number else None,
    }


def _by_currency(amounts: Mapping[str, Decimal]) -> dict[str, float]:
    return {currency: float(amount) for currency, amount in sorted(amounts.items())}
