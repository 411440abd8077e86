"""The format of API keys, and their valid scopes."""

import pytest

from crm.domain.api_key import (
    SCOPES,
    ApiKey,
    Principal,
    key_digest,
    looks_like_key,
    valid_classes,
    valid_scopes,
)
from crm.domain.errors import InvalidInputError
from crm.domain.stored_record import from_record, to_record

PLAIN = "sk_" + "A" * 43


def test_a_scope_allows_itself_and_nothing_else() -> None:
    reader = Principal("key:1", frozenset({"profiles:read"}))
    assert [scope for scope in SCOPES if reader.may(scope)] == ["profiles:read"]


def test_admin_allows_everything() -> None:
    admin = Principal("key:1", frozenset({"admin"}))
    assert all(admin.may(scope) for scope in SCOPES)


def test_scopes_are_deduplicated_and_sorted() -> None:
    assert valid_scopes(["keys:write", "profiles:read", "keys:write"]) == ("profiles:read", "keys:write")


def test_unknown_scopes_are_refused_and_listed() -> None:
    with pytest.raises(InvalidInputError, match="profiles:read") as refused:
        valid_scopes(["profiles:read", "profiles:*", "everything"])
    assert refused.value.details["unknown"] == ["everything", "profiles:*"]


def test_a_key_without_scopes_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least one"):
        valid_scopes([])


@pytest.mark.parametrize("other", ["", "sk_", PLAIN + "A", PLAIN[:-1], "wk_" + "A" * 43, PLAIN[:-1] + "é"])
def test_looks_like_key_accepts_only_the_format_of_keys(other: str) -> None:
    assert looks_like_key(PLAIN)
    assert not looks_like_key(other)


def test_the_stored_record_contains_neither_key_nor_digest() -> None:
    key = ApiKey(id=key_digest(PLAIN)[:12], name="reports", scopes=("profiles:read",), created_at=1)
    assert from_record(ApiKey, to_record(key)) == key
    assert key_digest(PLAIN) not in str(to_record(key))


def test_classes_are_deduplicated_and_sorted() -> None:
    assert valid_classes(["vip", "b2b", "vip"]) == ("b2b", "vip")
    assert valid_classes(None) is None


@pytest.mark.parametrize("name", ["", "VIP", "-vip", "v ip", "vip\n", "é", "a" * 51])
def test_invalid_classes_are_refused_and_listed(name: str) -> None:
    with pytest.raises(InvalidInputError, match="lower-case letters") as refused:
        valid_classes(["shop", name])
    assert refused.value.details == {"field": "classes", "wrong": [name]}


@pytest.mark.parametrize("classes", [[], [f"c{number}" for number in range(51)]])
def test_a_key_is_limited_to_1_to_50_classes(classes: list[str]) -> None:
    with pytest.raises(InvalidInputError, match="1 to 50 classes"):
        valid_classes(classes)


def test_the_stored_record_contains_the_classes() -> None:
    key = ApiKey(id="0" * 12, name="reports", scopes=("admin",), created_at=1, classes=("b2b", "vip"))
    assert from_record(ApiKey, to_record(key)) == key


def test_a_stored_key_without_classes_is_not_limited() -> None:
    record = to_record(ApiKey(id="0" * 12, name="reports", scopes=("admin",), created_at=1))
    del record["classes"]
    assert from_record(ApiKey, record).classes is None
