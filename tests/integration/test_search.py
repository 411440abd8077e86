"""The search: customers by the beginning of a text or by exact ids, its costs, and the limits of keys."""

import time
import unicodedata
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from crm.api.models.profiles import SearchResults
from crm.domain.activity import EDITED
from crm.domain.api_key import SYSTEM
from crm.domain.identity import Identity
from crm.services.access import api_keys
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.profiles import people, profile_list, search
from crm.services.profiles.cards import read_cards
from crm.storage.orders import in_order
from tests.support.gateway import Answer, Client
from tests.support.listing_world import World
from tests.support.thoroughness import some_of

SCOPES = ("profiles:read",)

NOW = time.time_ns() // 1_000_000
Find = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def ask(client: Client, key: str) -> Callable[..., Answer]:
    def read(q: str, key: str = key, **query: Any) -> Answer:
        return client("GET", "/v1/search", key=key, query={"q": q, **query})

    return read


@pytest.fixture
def find(ask: Callable[..., Answer]) -> Find:
    """Return `find("ada")`, which returns [(match, id)]."""

    def read(q: str, **more: Any) -> list[tuple[str, str]]:
        body = SearchResults.model_validate(ask(q, **more).body)
        return [(result.match, result.profile.id) for result in body.results]

    return read


def create(type_: str, value: str, **attributes: Any) -> str:
    edit = Edit(type=EDITED, effects={"attributes": attributes})
    return append_edit.create(Identity(type_, value), edit, by="key:1", now=NOW).id


def change(id_: str, **attributes: Any) -> None:
    edit = Edit(type=EDITED, effects={"attributes": attributes})
    append_edit.apply(people.find(id_, SYSTEM), edit, by="key:1", now=NOW + 1)


@pytest.fixture
def ada(table: object) -> str:
    return create(
        "email", "countess@example.com", first_name="Ada", last_name="Lovelace", company="Analytical Engines"
    )


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("Ada", "name"),
        ("  ADA   love", "name"),
        ("love", "last_name"),
        ("Lovelace A", "last_name"),
        ("count", "email"),
        ("COUNTESS@example.com", "email"),
        ("analytical", "company"),
    ],
)
def test_customers_are_found_by_the_beginning_of_a_text(find: Find, ada: str, text: str, match: str) -> None:
    assert find(text) == [(match, ada)]


@pytest.mark.parametrize("text", ["lace", "example.com", "engines", "Adam", "Ada Lovelace Byron", "x" * 512])
def test_other_parts_of_a_text_find_nothing(find: Find, ada: str, text: str) -> None:
    assert find(text) == []


FORMS = ("NFC", "NFD")


@pytest.mark.parametrize(
    ("stored", "sent", "field"),
    some_of(list(product(FORMS, FORMS, ("name", "last_name", "company"))), one_in=4),
)
def test_accents_are_found_in_either_unicode_form(
    table: object, find: Find, stored: str, sent: str, field: str
) -> None:
    text = unicodedata.normalize(stored, "Émile Müller")  # type: ignore[arg-type]
    id_ = create("user_id", "u-1", **{field: text})
    found = find(unicodedata.normalize(sent, "ÉMILE MÜ"))  # type: ignore[arg-type]
    assert found == [("company" if field == "company" else "name", id_)]
    assert find("emile") == [], "an accent is a part of the letter, as in filters"


def test_exact_ids_and_identities_find_their_customer(
    client: Client, api_key: Callable[..., str], find: Find, table: object
) -> None:
    id_ = create("user_id", "U-7", name="Zoe", phone="+49 30 901820")
    change(id_, phone="+4930901820")
    body = {"identities": {"email": "max@example.com", "user_id": "m-1", "phone": "+49 30 901821"}}
    answer = client("POST", "/v1/profiles", body, key=api_key("profiles:write", "profiles:read"))
    assert answer.status == 201, answer.body
    other = answer.body["id"]
    assert find("U-7") == [("user_id", id_)]
    assert find("u-7") == [], "user ids differ by case"
    assert find(id_) == [("id", id_)]
    assert find(id_.upper()) == [("id", id_)]
    assert find("+49 (30) 901821") == [("phone", other)]
    assert find("max@example.com") == [("email", other)]
    assert find("m-1") == [("user_id", other)]


def test_an_anonymous_customer_is_found_by_exact_ids_only(table: object, find: Find) -> None:
    id_ = create("anonymous_id", "b-1", name="Nobody", last_name="Nobody")
    assert find("b-1") == [("anonymous_id", id_)]
    assert find("nobody") == []


def test_a_member_finds_the_customer_it_was_merged_into(
    client: Client, api_key: Callable[..., str], find: Find, ada: str
) -> None:
    other = create("user_id", "u-2", last_name="Byron")
    writer = api_key("profiles:write", "profiles:read")
    assert client("POST", f"/v1/profiles/{ada}/merge", {"profiles": [other]}, key=writer).status == 200
    assert find(other) == [("id", ada)]
    assert find("u-2") == [("user_id", ada)]


def test_an_edited_value_is_found_and_a_cleared_one_is_not(find: Find, ada: str) -> None:
    change(ada, last_name="King", company=None)
    assert find("king") == [("last_name", ada)]
    assert find("love") == find("analytical") == []
    change(ada, last_name=None)
    assert find("king") == []


def test_every_field_has_results_and_the_response_marks_more(
    table: object, find: Find, ask: Callable[..., Answer]
) -> None:
    world = World(NOW, {})
    for number in range(10):
        world.add(number, name=f"Berg {number}", email=f"x{number}@example.com")
    named = world.add(10, name="A", last_name="Berger")
    works = world.add(11, name="B", company="Bergbau")
    found = find("berg", limit=4)
    assert [match for match, _ in found] == ["name", "name", "last_name", "company"]
    assert found[2:] == [("last_name", named), ("company", works)]
    assert ask("berg", limit=4).body["more"]
    assert not ask("berg", limit=12).body["more"]
    assert len(find("berg", limit=12)) == 12


@pytest.mark.parametrize("small", [True, False])
def test_a_limited_key_finds_only_its_own_customers(
    table: object, find: Find, monkeypatch: pytest.MonkeyPatch, *, small: bool
) -> None:
    monkeypatch.setattr(profile_list, "GROUP_LIMIT", 1000 if small else 0)
    world = World(NOW, {})
    cleo = {"name": "Cleo Pharao", "first_name": "Cleo", "last_name": "Pharao", "company": "Nile"}
    vip, other = world.add(1, **cleo, classes=["vip"]), world.add(2, **cleo)
    limited = api_keys.create("limited", ["profiles:read"], classes=["vip"], now=NOW)[1]
    assert sorted(find("cleo")) == sorted([("name", vip), ("name", other)])
    for text in ("cleo", "pharao cleo", "nile"):
        assert [id_ for _, id_ in find(text, key=limited)] == [vip]


def test_a_limited_key_finds_no_other_customer_by_its_id(table: object, find: Find) -> None:
    made = {}
    for class_ in ("vip", "b2b"):
        edit = Edit(type=EDITED, effects={"classes": {class_: True}})
        made[class_] = append_edit.create(Identity("user_id", class_), edit, by="key:1", now=NOW).id
    limited = api_keys.create("limited", ["profiles:read"], classes=["vip"], now=NOW)[1]
    for text in ("vip", made["vip"]):
        assert [id_ for _, id_ in find(text, key=limited)] == [made["vip"]]
    assert [id_ for _, id_ in find("b2b")] == [made["b2b"]]
    assert find("b2b", key=limited) == find(made["b2b"], key=limited) == []


def test_a_deleted_customer_is_not_found(
    client: Client, api_key: Callable[..., str], find: Find, ada: str
) -> None:
    assert client("DELETE", f"/v1/profiles/{ada}", key=api_key("profiles:delete")).status == 204
    for text in ("ada", "love", "count", "countess@example.com", "analytical", ada):
        assert find(text) == []


def test_times_of_hidden_activities_are_hidden(
    table: object, ask: Callable[..., Answer], set_environment: Callable[..., None]
) -> None:
    set_environment(PROCESSING_CONSENT_REQUIRED="true")
    World(NOW, {}).add(1, name="Ada", last_seen=NOW)
    (found,) = ask("ada").body["results"]
    assert found["profile"]["hidden"] == "processing_consent_missing"
    assert found["profile"]["last_seen"] is None


@pytest.mark.parametrize("q", ["", "a", " a ", "  ", "x" * 513])
def test_a_text_that_is_too_short_or_long_is_refused(
    table: object, ask: Callable[..., Answer], q: str
) -> None:
    answer = ask(q)
    assert (answer.status, answer.body["code"]) == (400, "invalid_parameter")
    assert answer.body["details"] == {"parameter": "q"}


def test_one_letter_that_is_not_ascii_is_searched(table: object, find: Find) -> None:
    id_ = World(NOW, {}).add(1, name="王 芳")
    assert find("王") == [("name", id_)]


@pytest.mark.parametrize("q", ["a\x00b", "\x1f\x1f", "%%", "A#B", "..\\", "😀😀", "ß" * 200, "💥" * 512])
def test_unusual_texts_are_no_server_error(table: object, ask: Callable[..., Answer], q: str) -> None:
    assert ask(q).status in {200, 400}


def test_profiles_without_a_last_name_or_company_are_not_in_their_indexes(table: object) -> None:
    create("email", "plain@example.com", first_name="Plain")
    assert list(in_order("last_name", descending=False)) == list(in_order("company", descending=False)) == []


def test_a_search_reads_a_bounded_number_of_cards(
    table: object, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(NOW, {})
    for number in range(60):
        world.add(
            number, name=f"Many {number}", last_name=f"Many {number}", email=f"many{number}@example.com"
        )
    read: list[int] = []

    def counted(ids: list[str], now: int) -> Any:
        read.append(len(ids))
        return read_cards(ids, now)

    monkeypatch.setattr(search, "read_cards", counted)
    assert len(find("many", limit=5)) == 5
    assert len(read) == 1
    assert read[0] <= 3 * 5
