"""Customers to list, and the expected result of each query."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from crm.api.models.profiles import ProfilePage
from crm.domain.card import last_activity
from crm.domain.card_fields import Card
from crm.domain.identity import Identity
from crm.domain.memberships import memberships_of, sort_text
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS, HOUR_MS
from crm.services.projection.deployment import id_of
from crm.storage import groups
from crm.storage.profiles import ProfileTable
from tests.support.cards import card_with
from tests.support.gateway import Client

Question = tuple[dict[str, str], Callable[[Card], bool]]

ZONE = ZoneInfo("Europe/Berlin")
SORTS = ("last_activity", "created", "last_transaction", "name", "email")
CITIES = ("Berlin", "berlin", "Rome", "San Marino", "Málaga", "STRASSBURG", "Straßburg")
TAGS = ("VIP", "New, and old", "Beta")
CLASSES = ("gold", "silver", "bronze")
USERS = ("ada@example.com", "Bob")
CONSENTS: tuple[dict[str, list[Any]], ...] = (
    {"email": ["granted"]},
    {"email": ["denied"], "sms:news": ["granted", 1]},
    {"sms:news": ["granted"]},
)


@dataclass
class World:
    """Stored cards by profile id. `tags`, `lists`: ids by name. `now` in epoch ms."""

    now: int
    tags: dict[str, str]
    lists: dict[str, str] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)

    def add(self, number: int, **card: Any) -> str:
        """Store a card as the projection does, without values that are None, and return the profile's id."""
        identity = Identity("user_id", f"u-{number}")
        kept = {name: value for name, value in card.items() if value is not None}
        filled = card_with(**{"created": self.now} | kept)
        profile = ProfileState(id_of(identity), identity, card=filled)
        ProfileTable().save([profile])
        groups.write_memberships(
            [(profile.id, dict(memberships_of(filled)))]
        )  # as the consumer of the stream does
        self.cards[profile.id] = filled
        return profile.id

    def add_random(self, number: int, random: Random) -> None:
        """Add a random card, of which any value may be missing."""

        def some(*values: Any, share: float = 0.7) -> Any:
            return random.choice(values) if random.random() < share else None

        created = self.now - random.randrange(60 * DAY_MS)
        seen = some(created + random.randrange(self.now - created + 1), self.now - random.randrange(HOUR_MS))
        name = some("Ada", "ada b", "Zoë", "bob", "Bob Šimek", "Ödön")
        ids, on = sorted(self.tags.values()), sorted(self.lists.values())
        self.add(
            number,
            kind=random.choice(("recognised", "recognised", "anonymous", "deleted")),
            name=name,
            first_name=name.split()[0] if name else None,
            email=some(*(f"{letter}@example.com" for letter in "abcde")),
            city=some(*CITIES),
            zip=some("10115", "1011", "00100"),
            company=some("Smith, Jones & Co", "ACME"),
            tags=sorted(random.sample(ids, random.randrange(len(ids) + 1))) or None,
            lists=sorted(random.sample(on, random.randrange(len(on) + 1))) or None,
            classes=sorted(random.sample(CLASSES, random.randrange(3))) or None,
            responsible=some(*USERS, share=0.4),
            consents=some(*CONSENTS),
            created=created,
            last_seen=seen,
            last_transaction=some(seen, share=0.5),
        )

    def expected(
        self, sort: str, kind: str | None, chosen: list[Question], sees: Callable[[Card], bool]
    ) -> list[str]:
        """Return the ids of the profiles that pass the filter, in order."""
        by_activity = sort.endswith("last_activity")
        kinds = {kind} if kind else {"recognised", "anonymous"} if by_activity else {"recognised"}
        found = {
            id_: card
            for id_, card in self.cards.items()
            if card["kind"] in kinds and sees(card) and all(passes(card) for _, passes in chosen)
        }

        def place(id_: str) -> tuple[Any, str]:
            card: Mapping[str, Any] = found[id_]
            return last_activity(found[id_]) if by_activity else sort_text(
                card.get(sort.removeprefix("-"))
            ), id_

        ordered = sorted(found, key=place, reverse=sort.startswith("-"))
        if not sort.endswith("last_transaction"):
            return ordered
        without = {id_ for id_ in found if "last_transaction" not in found[id_]}
        created = sorted(without, key=lambda id_: (found[id_]["created"], id_), reverse=sort.startswith("-"))
        return [id_ for id_ in ordered if id_ not in without] + created


def questions(world: World) -> list[Question]:
    """Return filters, each with a naive predicate of the same meaning."""
    vip, old, fair = world.tags["VIP"], world.tags["New, and old"], world.lists["Fair"]

    def text(card: Mapping[str, Any], name: str) -> str:
        return str(card.get(name, "")).casefold()

    def days_ago(card: Mapping[str, Any], name: str) -> int | None:
        def day(at: int) -> int:
            return datetime.fromtimestamp(at / 1000, ZONE).toordinal()

        return day(world.now) - day(card[name]) if name in card else None

    def tags(card: Card) -> set[str]:
        return set(card.get("tags", ()))

    def consent(card: Card, key: str) -> Any:
        return card.get("consents", {}).get(key)

    midnight = datetime.fromtimestamp(world.now / 1000, ZONE).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    today, start = f"{midnight:%d.%m.%Y}", midnight.timestamp() * 1000
    return [
        ({"city": "BERLIN"}, lambda card: text(card, "city") == "berlin"),
        ({"city": "rome,Strassburg"}, lambda card: text(card, "city") in {"rome", "strassburg"}),
        ({"city.not": "berlin"}, lambda card: text(card, "city") != "berlin"),
        ({"city.contains": "AR"}, lambda card: "ar" in text(card, "city")),
        ({"city.not_contains": "ar"}, lambda card: "ar" not in text(card, "city")),
        ({"name.starts_with": "a"}, lambda card: text(card, "name").startswith("a")),
        ({"name.ends_with": "šimek,B"}, lambda card: text(card, "name").endswith(("šimek", "b"))),
        ({"email": "a@example.com,b@example.com"}, lambda card: text(card, "email")[:2] in {"a@", "b@"}),
        ({"zip.starts_with": "1011"}, lambda card: text(card, "zip").startswith("1011")),
        ({"company": r"smith\, jones & co"}, lambda card: "smith" in text(card, "company")),
        ({"first_name": "bob"}, lambda card: text(card, "first_name") == "bob"),
        ({"created.more_than_days_ago": "30"}, lambda card: (days_ago(card, "created") or 0) > 30),
        ({"created.before": today}, lambda card: card["created"] < start),
        ({"last_activity.less_than_days_ago": "2"}, lambda card: days_ago(card, "last_seen") in {0, 1}),
        ({"last_activity.on": today}, lambda card: card.get("last_seen", 0) >= start),
        (
            {"last_transaction.exactly_days_ago": "0"},
            lambda card: days_ago(card, "last_transaction") == 0,
        ),
        ({"tag": "vip"}, lambda card: vip in tags(card)),
        ({"tag": r"VIP,new\, AND old"}, lambda card: {vip, old} <= tags(card)),
        ({"tag": vip}, lambda card: vip in tags(card)),
        ({"tag": "VIP,unheard of"}, lambda card: False),
        ({"tag.none": "vip,beta,unheard of"}, lambda card: tags(card) <= {old}),
        ({"list": "fair"}, lambda card: fair in card.get("lists", ())),
        ({"list": f"{fair},spring"}, lambda card: len(card.get("lists", ())) == len(world.lists)),
        ({"list": "fair,unheard of"}, lambda card: False),
        ({"list.none": "fair,unheard of"}, lambda card: fair not in card.get("lists", ())),
        ({"class": "gold,silver"}, lambda card: bool({"gold", "silver"} & set(card.get("classes", ())))),
        ({"responsible": "Bob"}, lambda card: card.get("responsible") == "Bob"),
        ({"responsible.missing": "true"}, lambda card: "responsible" not in card),
        ({"consent": "email:granted"}, lambda card: consent(card, "email") == ["granted"]),
        ({"consent": "sms:news:expired"}, lambda card: consent(card, "sms:news") == ["granted", 1]),
        ({"consent": "email:missing,email:denied"}, lambda card: consent(card, "email") != ["granted"]),
    ]


def pages_of(client: Client, key: str, **query: Any) -> list[dict[str, Any]]:
    """Return every page of a list; assert that each is as the document describes."""
    pages: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while len(pages) < 200:
        answer = client("GET", "/v1/profiles", key=key, query=query | cursor)
        assert answer.status == 200, answer.body
        ProfilePage.model_validate(answer.body)
        assert set(answer.body) == set(ProfilePage.model_fields)
        pages.append(answer.body)
        if answer.body["next_cursor"] is None:
            return pages
        cursor = {"cursor": answer.body["next_cursor"]}
    raise AssertionError("the list never ends")


def ids_on(pages: list[dict[str, Any]]) -> list[str]:
    """Return the ids on pages, in order."""
    return [profile["id"] for page in pages for profile in page["profiles"]]
