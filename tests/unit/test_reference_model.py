"""The reference model, in cases that a reader can check."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from tests.model.graph import Conflict
from tests.model.reference import Card, Reference
from tests.model.scenes import (
    ANA,
    ANA_MAIL,
    BEN,
    BEN_MAIL,
    LAPTOP,
    MINUTE,
    NAMESPACE,
    PHONE,
    START,
    TABLET,
    activity,
    consent,
    identify,
    order,
    profile_id,
)


def reference(*activities: Activity) -> Reference:
    return Reference(NAMESPACE, activities)


def only_card(*activities: Activity) -> Card:
    (card,) = reference(*activities).cards().values()
    return card


def test_an_unknown_visitor_is_one_anonymous_profile() -> None:
    card = only_card(activity(1, LAPTOP, type="page"), activity(2, LAPTOP))
    assert (card.id, card.kind) == (profile_id(LAPTOP), "anonymous")
    assert (card.totals.activities, card.totals.pages) == (2, 1)
    assert (card.first_seen, card.last_seen) == (START + MINUTE, START + 2 * MINUTE)


def test_identify_recognises_the_browser_and_its_earlier_activities() -> None:
    card = only_card(activity(1, LAPTOP), identify(2, ANA, LAPTOP, name="Ana"), activity(3, LAPTOP))
    assert (card.id, card.kind) == (profile_id(ANA), "recognised")
    assert card.identities == {ANA, LAPTOP}
    assert card.totals.activities == 3


def test_a_phone_alone_does_not_make_a_profile_recognised() -> None:
    assert only_card(activity(1, PHONE, LAPTOP)).kind == "anonymous"


def test_an_email_links_the_browser_to_the_user() -> None:
    card = only_card(activity(1, ANA_MAIL, LAPTOP), activity(2, ANA, ANA_MAIL), activity(3, LAPTOP))
    assert card.id == profile_id(ANA)
    assert card.identities == {ANA, ANA_MAIL, LAPTOP}


def test_a_shared_browser_belongs_to_its_first_user_and_merges_no_profiles() -> None:
    shared = reference(activity(1, ANA, LAPTOP), activity(2, BEN, LAPTOP))
    cards = shared.cards()
    assert cards[profile_id(ANA)].identities == {ANA, LAPTOP}
    assert cards[profile_id(BEN)].identities == {BEN}
    assert shared.graph().standing_conflicts() == {Conflict(BEN, LAPTOP, "overruled")}


def test_an_earlier_claim_that_arrives_late_takes_the_browser() -> None:
    late = reference(activity(5, ANA, LAPTOP), activity(1, BEN, LAPTOP))
    assert late.graph().owners == {LAPTOP: BEN}
    assert late.graph().standing_conflicts() == {Conflict(ANA, LAPTOP, "overruled")}


def test_two_claims_of_one_person_are_no_conflict() -> None:
    both = reference(activity(1, ANA_MAIL, LAPTOP), activity(2, ANA, ANA_MAIL, LAPTOP))
    assert both.graph().owners == {LAPTOP: ANA_MAIL, ANA_MAIL: ANA}
    assert both.graph().standing_conflicts() == set()
    assert both.possible_conflicts() == {(ANA, LAPTOP)}


def test_alias_claims_the_previous_id_as_an_anonymous_one() -> None:
    assert only_card(activity(1, TABLET), activity(2, ANA, TABLET, type="alias")).identities == {ANA, TABLET}


def test_system_activities_are_neither_claims_nor_counted() -> None:
    card = only_card(activity(1, ANA), activity(2, ANA, LAPTOP, type="identity.conflict"))
    assert card.identities == {ANA}
    assert (card.totals.activities, card.last_seen) == (1, START + MINUTE)


@pytest.mark.parametrize("taken", list(permutations((BEN, ANA))))
def test_simultaneous_claims_are_ordered_by_message_id_then_profile_id(
    taken: tuple[Identity, Identity],
) -> None:
    by_message = [activity(1, i, LAPTOP, message_id=m) for i, m in zip(taken, "ab", strict=True)]
    assert reference(*by_message).graph().owners == {LAPTOP: taken[0]}
    by_profile = [activity(1, i, LAPTOP, message_id="same") for i in taken]
    assert reference(*by_profile).graph().owners == {LAPTOP: min(taken, key=profile_id)}


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_the_sixth_email_or_phone_of_a_person_is_refused(kind: str) -> None:
    claimed = [Identity(kind, str(n)) for n in range(7)]
    graph = reference(*(activity(n, ANA, x) for n, x in enumerate(claimed))).graph()
    assert {c.claimed for c in graph.refused} == set(claimed[5:])
    assert graph.standing_conflicts() == {Conflict(ANA, x, "limit") for x in claimed[5:]}
    assert graph.roots() == {ANA, *claimed[5:]}


def test_the_hundred_and_first_claim_is_refused() -> None:
    browsers = [Identity("anonymous_id", str(n)) for n in range(101)]
    mails = [Identity("email", str(n)) for n in range(6)]
    log = [activity(200 + n, ANA, x) for n, x in enumerate(browsers)]
    log += [activity(n, ANA, x) for n, x in enumerate(mails)]
    refused = {c.claimed for c in reference(*log).graph().refused}
    assert refused == {mails[5], *browsers[95:]}


def test_an_identity_of_a_refused_claim_can_be_claimed_by_another_profile() -> None:
    mails = [Identity("email", str(n)) for n in range(5)]
    graph = reference(
        *(activity(n, ANA, x) for n, x in enumerate(mails)),
        activity(6, ANA, ANA_MAIL),
        activity(7, BEN, ANA_MAIL),
    ).graph()
    assert graph.owners[ANA_MAIL] == BEN
    assert graph.standing_conflicts() == {Conflict(ANA, ANA_MAIL, "limit")}


def test_the_latest_attribute_counts_and_null_clears_it() -> None:
    card = only_card(
        identify(3, ANA, city="Lugo", zip=None),
        identify(1, ANA, city="Vigo", zip="36201", name="Ana"),
        activity(9, ANA, properties={"city": "Rome"}),
    )
    assert card.attributes == {"city": "Lugo", "name": "Ana"}


def test_the_greater_of_two_values_with_one_stamp_wins() -> None:
    given = [
        identify(1, ANA, message_id="m", city="Vigo"),
        activity(1, ANA, type="identify", message_id="m", client_minute=9, properties={"city": "Lugo"}),
    ]
    assert only_card(*given).attributes == only_card(*reversed(given)).attributes == {"city": "Vigo"}


def test_the_last_stored_copy_of_a_message_counts() -> None:
    card = only_card(
        activity(1, ANA, message_id="m", client_minute=0), activity(2, ANA, message_id="m", client_minute=0)
    )
    assert (card.totals.activities, card.first_seen) == (1, START + 2 * MINUTE)


def test_the_latest_consents_groups_and_environment_count() -> None:
    card = only_card(
        consent(1, LAPTOP, sms=True, email=True),
        consent(2, LAPTOP, sms=False, ads=True, processing=True),
        activity(3, LAPTOP, type="group", name="acme", properties={"plan": "pro"}),
        activity(4, LAPTOP, context={"environment": {"browser": "Firefox"}}),
        activity(5, LAPTOP),
    )
    assert card.consents == {
        "sms": {"state": "denied", "at": "2026-05-01T00:02:00.000Z", "source": "shop"},
        "email": {"state": "granted", "at": "2026-05-01T00:01:00.000Z", "source": "shop"},
    }
    assert (card.groups, card.environment) == ({"acme": {"plan": "pro"}}, {"browser": "Firefox"})


def test_orders_are_summed_per_currency() -> None:
    card = only_card(
        order(1, ANA, revenue=10.1, total=99, currency="eur"),
        order(2, ANA, total="0.2", currency="EUR"),
        order(3, ANA, value="much"),
        activity(4, ANA, name="Order Refunded"),
    )
    assert card.totals.revenue == {"EUR": Decimal("10.3"), "": Decimal(0)}
    assert (card.totals.orders, card.totals.refunds) == (3, 1)
    assert card.last_transaction_at == START + 3 * MINUTE


def test_a_claimed_identity_without_activities_is_still_a_member() -> None:
    card = only_card(activity(1, BEN, BEN_MAIL, TABLET))
    assert card.identities == {BEN, BEN_MAIL, TABLET}


@pytest.mark.parametrize("order_of_arrival", list(permutations(range(3))))
def test_a_rank_replaces_only_its_own_values(order_of_arrival: tuple[int, ...]) -> None:
    sent = [
        replace(order(1, ANA, message_id="m", total=5), source_kind="server"),
        activity(1, ANA, message_id="m"),
        activity(1, ANA, message_id="m", source_kind="mobile"),
    ]
    totals = only_card(*(sent[number] for number in order_of_arrival)).totals
    assert (totals.activities, totals.orders) == (2, 1)
