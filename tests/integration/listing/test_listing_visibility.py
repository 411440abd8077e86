"""The list of profiles: which customers an API key may see, and which activities stay hidden."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from crm.api.models.profiles import Stats
from crm.domain.activity import EDITED
from crm.domain.identity import Identity
from crm.domain.times import DAY_MS, HOUR_MS, iso
from crm.services.access import api_keys
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.profiles import profile_list
from crm.services.projection.deployment import id_of
from tests.support.activities import user
from tests.support.effects import effects_on
from tests.support.gateway import Answer, Client
from tests.support.listing_world import World, ids_on, pages_of

SCOPES = ("profiles:read",)

NOW = time.time_ns() // 1_000_000
HIDDEN = "processing_consent_missing"


def create(name: str, **effects: Any) -> str:
    identity = Identity("email", f"{name}@example.com")
    effects["attributes"] = {"name": name, **effects.get("attributes", {})}
    return append_edit.create(
        identity, Edit(type=EDITED, effects=effects_on(**effects)), by="key:1", now=NOW
    ).id


class TestLimitedKeys:
    """A limited key sees only the customers of its classes."""

    @pytest.fixture
    def customers_by_class(self, world: World) -> tuple[list[str], list[str]]:
        """Create customers in gold and others; return their ids."""
        gold = [create(f"g{n}", classes={"gold": True} | ({"silver": True} if n else {})) for n in range(2)]
        return gold, [create("s", classes={"silver": True}), create("other")]

    def test_a_limited_key_lists_and_counts_only_its_own_customers(
        self, client: Client, limited: str, customers_by_class: tuple[list[str], list[str]]
    ) -> None:
        gold, _ = customers_by_class
        for query in ({}, {"sort": "name"}, {"class": "silver,gold"}, {"name.not": "x"}):
            assert set(ids_on(pages_of(client, limited, **query))) == set(gold)
        assert ids_on(pages_of(client, limited, **{"class": "silver"})) == [gold[1]]
        stats = client("GET", "/v1/stats", key=limited).body
        assert Stats.model_validate(stats).model_dump() == {"recognised": 2, "anonymous": 0, "total": 2}

    def test_a_customer_in_two_classes_is_counted_once(
        self, client: Client, customers_by_class: tuple[list[str], list[str]]
    ) -> None:
        both = api_keys.create("both", ["profiles:read"], classes=["gold", "silver"], now=NOW)[1]
        assert client("GET", "/v1/stats", key=both).body["total"] == 3

    def test_other_customers_are_not_found(
        self, client: Client, limited: str, customers_by_class: tuple[list[str], list[str]]
    ) -> None:
        gold, others = customers_by_class
        for path in ("", "/activities", "/consents"):
            assert client("GET", f"/v1/profiles/{gold[0]}{path}", key=limited).status == 200
            missing = client("GET", f"/v1/profiles/{id_of(user('x'))}{path}", key=limited).body
            for id_ in others:
                answer = client("GET", f"/v1/profiles/{id_}{path}", key=limited)
                assert answer.status == 404
                assert answer.body == missing | {"message": f"there is no profile {id_}"}
        not_visible = client("GET", "/v1/identities/email/s@example.com", key=limited)
        unknown = client("GET", "/v1/identities/email/x@example.com", key=limited)
        assert (not_visible.status, not_visible.body) == (unknown.status, unknown.body)
        assert client("GET", "/v1/identities/email/g0@example.com", key=limited).body["id"] == gold[0]

    def test_other_customers_are_not_counted_as_scanned(
        self,
        client: Client,
        limited: str,
        customers_by_class: tuple[list[str], list[str]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(profile_list, "GROUP_LIMIT", 0)
        monkeypatch.setattr(profile_list, "SCAN_LIMIT", 1)
        pages = pages_of(client, limited, sort="name")
        assert ids_on(pages) == customers_by_class[0]
        assert sum(page["scanned"] for page in pages) == 2


class TestProcessingConsent:
    """Where consent to processing is required, lists show no activity of a customer without it."""

    @pytest.fixture(autouse=True)
    def _required(self, world: World, set_environment: Callable[..., None]) -> None:
        set_environment(PROCESSING_CONSENT_REQUIRED="true")
        long_ago = {"created": NOW - 40 * DAY_MS, "classes": ["gold"]}
        times = {"last_seen": NOW - HOUR_MS, "last_transaction": NOW - HOUR_MS}
        for number, consent in enumerate((None, ["denied"], ["granted", NOW - 1], ["granted", NOW + DAY_MS])):
            consents = {"processing": consent} if consent else None
            world.add(number, name=f"n{number}", consents=consents, **long_ago, **times)

    def test_times_of_activities_are_hidden_without_consent(self, get: Callable[..., Answer]) -> None:
        listed = get("/v1/profiles", sort="name").body["profiles"]
        assert [profile["hidden"] for profile in listed] == [HIDDEN, HIDDEN, HIDDEN, None]
        for profile in listed[:3]:
            assert (profile["last_seen"], profile["last_transaction_at"]) == (None, None)
        assert listed[3]["last_seen"] == listed[3]["last_transaction_at"] == iso(NOW - HOUR_MS)
        assert [list(profile["consents"].values()) for profile in listed] == [
            [],
            ["denied"],
            ["expired"],
            ["granted"],
        ]

    @pytest.mark.parametrize("field", ["last_activity", "last_transaction"])
    @pytest.mark.parametrize("more", [{}, {"class": "gold"}])
    def test_no_filter_matches_hidden_times(
        self, get: Callable[..., Answer], field: str, more: dict[str, str]
    ) -> None:
        moments = [(name, iso(NOW - 2 * HOUR_MS)) for name in ("after", "before", "on")]
        found: set[str] = set()
        for operator, value in [*moments, *(("exactly_days_ago", days) for days in range(3))]:
            listed = get("/v1/profiles", **{f"{field}.{operator}": value}, **more).body["profiles"]
            found |= {profile["name"] for profile in listed}
        assert found == {"n3"}

    def test_a_sorted_group_does_not_reveal_hidden_times(self, client: Client, key: str) -> None:
        for sort in ("-last_activity", "-last_transaction"):
            (page,) = pages_of(client, key, sort=sort, **{"class": "gold"})
            assert page["profiles"][0]["name"] == "n3"
