"""The effect of a row on a profile: the winning values, skipped profiles, and the values that are written."""

from dataclasses import replace
from typing import Any

import pytest

from crm.domain.claims import ClaimEvidence
from crm.domain.identity import Identity
from crm.domain.imports.row_decision import (
    DENIAL_KEPT,
    DENIAL_LEFT_OUT,
    EXISTS,
    ROW_CREATED,
    ROW_SKIPPED,
    ROW_UNCHANGED,
    ROW_UPDATED,
    TOO_MANY_LISTS,
    TOO_MANY_TAGS,
    UNKNOWN,
    ImportOutcome,
    ImportTerms,
    RowData,
    decide,
)
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.domain.trust import Rank

ANA = Identity("email", "ana@example.com")
PHONE = Identity("phone", "+34600123456")
SEEN, NOW = 1_000, 2_000
TERMS = ImportTerms(first_seen=SEEN, at=NOW, most_tags=3, most_lists=2)


def known(at: int = 500, **registers: dict[str, Any]) -> list[ProfileState]:
    """Build Ana's profile, with values that were sent at an instant."""
    held = {
        name: {key: Stamped(v, (at, "m")) for key, v in values.items()} for name, values in registers.items()
    }
    return [ProfileState("p", ANA, **held)]  # type: ignore[arg-type]


def row(*identities: Identity, **data: Any) -> RowData:
    return RowData(identities or (ANA,), data.pop("attributes", {}), **data)


def done(
    data: RowData, members: list[ProfileState], erased_at: int | None = None, **terms: Any
) -> ImportOutcome:
    return decide(data, members, erased_at, replace(TERMS, **terms), "import:j:1")


def test_a_new_customer_gets_all_values_of_the_row() -> None:
    data = row(attributes={"city": "Lugo"}, tags=["t1"], consents={"email": {"state": "granted"}})
    assert done(data, []) == ImportOutcome(
        ROW_CREATED,
        at=NOW,
        effects={
            "attributes": {"city": "Lugo"},
            "tags": {"t1": True},
            "consents": {"email": {"state": "granted"}},
        },
    )


def test_only_changed_values_are_written_with_their_previous_values() -> None:
    members = known(attributes={"city": "Lugo", "zip": "1"}, tags={"t1": True})
    outcome = done(row(attributes={"city": "Vigo", "zip": "1", "age": 3}, tags=["t1", "t2"]), members)
    assert (outcome.code, outcome.was) == (ROW_UPDATED, {"city": "Lugo"})
    assert outcome.effects == {"attributes": {"city": "Vigo", "age": 3}, "tags": {"t2": True}}


def test_a_row_without_changes_writes_nothing() -> None:
    members = known(attributes={"city": "Lugo"}, consents={"email": {"state": "granted"}})
    data = row(attributes={"city": "Lugo"}, consents={"email": {"state": "granted"}})
    assert done(data, members) == ImportOutcome(ROW_UNCHANGED)


@pytest.mark.parametrize(
    ("held", "text"),
    [
        (1, "1"),
        (2.5, "2,5"),
        (True, "true"),
        (False, "FALSE"),
        (["a", "b"], "a;b"),
        ({"a": [1]}, '{"a":[1]}'),
        (["a;b"], '["a;b"]'),
        (" a ", "a"),
        ("a\r\nb", "a\nb"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_a_known_value_of_another_type_is_unchanged(held: Any, text: str) -> None:
    assert done(row(attributes={"x": text}), known(attributes={"x": held})).code == ROW_UNCHANGED


@pytest.mark.parametrize(
    ("held", "text", "value"),
    [
        (1, "2", 2),
        (1, "two", "two"),
        (1067, "01067", "01067"),
        (True, "no", False),
        (True, "perhaps", "perhaps"),
        (["a"], "a;b", ["a", "b"]),
        ({"a": 1}, '{"a":2}', {"a": 2}),
        ({"a": 1}, "[2]", "[2]"),
        ({"a": 1}, "[" * 3000, "[" * 3000),
        ("1", "2", "2"),
        (None, "1", "1"),
    ],
)
def test_an_undeclared_attribute_keeps_its_known_type(held: Any, text: str, value: Any) -> None:
    outcome = done(row(attributes={"x": text}), known(attributes={"x": held}))
    assert outcome.effects == {"attributes": {"x": value}}


def test_a_new_identity_updates_the_customer() -> None:
    members = known()
    assert done(row(ANA, PHONE), members).code == ROW_UPDATED
    members[0].claims[PHONE] = ClaimEvidence(Rank.TRUSTED, (500, "m"), 500)
    assert done(row(ANA, PHONE), members) == ImportOutcome(ROW_UNCHANGED)


def test_an_identity_claimed_by_a_public_source_only_is_an_update() -> None:
    members = known()
    members[0].claims[PHONE] = ClaimEvidence(Rank.PUBLIC, (500, "m"), 500)
    assert done(row(ANA, PHONE), members).code == ROW_UPDATED


def test_values_set_after_the_start_of_the_import_are_kept() -> None:
    members = known(at=NOW + 1, attributes={"city": "Porto"}, tags={"t1": None})
    assert done(row(attributes={"city": "Vigo"}, tags=["t1"]), members) == ImportOutcome(ROW_UNCHANGED)


def test_with_existing_precedence_only_empty_values_are_filled() -> None:
    members = known(attributes={"city": "Lugo", "zip": None})
    outcome = done(row(attributes={"city": "Vigo", "zip": "1", "age": 3}), members, conflict="existing")
    assert outcome.effects == {"attributes": {"zip": "1", "age": 3}}


@pytest.mark.parametrize(("changed_at", "wins"), [(600, True), (400, False), (None, False)])
def test_with_newer_precedence_the_later_value_wins(changed_at: int | None, wins: bool) -> None:
    members = known(at=500, attributes={"city": "Lugo"})
    data = row(attributes={"city": "Vigo", "zip": "1"}, changed_at=changed_at)
    outcome = done(data, members, conflict="newer")
    assert outcome.effects["attributes"].get("city") == ("Vigo" if wins else None)
    assert outcome.effects["attributes"]["zip"] == "1"
    assert outcome.at == (changed_at or NOW)


def test_a_change_date_in_the_future_is_now() -> None:
    assert done(row(attributes={"a": 1}, changed_at=NOW * 9), known(), conflict="newer").at == NOW


@pytest.mark.parametrize(
    ("write", "members", "reason"), [("create", known(), EXISTS), ("update", [], UNKNOWN)]
)
def test_rows_excluded_by_the_write_mode_are_skipped(
    write: str, members: list[ProfileState], reason: str
) -> None:
    assert done(row(), members, write=write) == ImportOutcome(ROW_SKIPPED, reason)


@pytest.mark.parametrize(
    ("erased_at", "code"), [(SEEN - 1, ROW_CREATED), (SEEN, ROW_SKIPPED), (NOW, ROW_SKIPPED)]
)
def test_a_person_erased_since_the_first_upload_is_skipped(erased_at: int, code: str) -> None:
    assert done(row(), [], erased_at).code == code


def test_a_row_changed_before_the_erasure_is_skipped() -> None:
    data = row(changed_at=SEEN - 500)
    assert done(data, [], SEEN - 100, conflict="newer").reason == "erased"


def test_a_grant_overrides_a_denial_only_with_a_later_date() -> None:
    members = known(consents={"email": {"state": "denied"}})
    data = row(consents={"email": {"state": "granted"}}, changed_at=600)
    assert done(data, members) == ImportOutcome(ROW_UNCHANGED, warnings=(DENIAL_KEPT,))
    assert done(data, members, conflict="newer").code == ROW_UPDATED


def test_a_denial_overrides_a_grant() -> None:
    members = known(consents={"email": {"state": "granted"}})
    data = row(consents={"email": {"state": "denied"}})
    assert done(data, members).effects == {"consents": {"email": {"state": "denied"}}}
    assert done(data, members, conflict="existing") == ImportOutcome(
        ROW_UNCHANGED, warnings=(DENIAL_LEFT_OUT,)
    )
    assert done(data, members, conflict="newer").warnings == (DENIAL_LEFT_OUT,)


def test_an_expired_grant_is_granted_again() -> None:
    members = known(consents={"email": {"state": "granted", "expires_at": "1970-01-01T00:00:01Z"}})
    assert done(row(consents={"email": {"state": "granted"}}), members).code == ROW_UPDATED


def test_a_row_with_too_many_tags_is_rejected() -> None:
    members = known(tags={"t1": True, "t2": True, "t3": None})
    assert done(row(tags=["t1", "t4"]), members).code == ROW_UPDATED
    assert done(row(tags=["t4", "t5"]), members) == ImportOutcome(ROW_SKIPPED, TOO_MANY_TAGS)


def test_a_new_customer_is_added_to_lists_and_segments() -> None:
    outcome = done(row(memberships=["list:fair", "segment:vip"]), [])
    assert (outcome.code, outcome.effects) == (
        ROW_CREATED,
        {"fields": {"list:fair": True, "segment:vip": True}},
    )


def test_existing_memberships_are_unchanged() -> None:
    members = known(fields={"list:fair": True, "segment:vip": True, "responsible": "grace"})
    data = row(memberships=["list:fair", "segment:vip"])
    assert done(data, members) == ImportOutcome(ROW_UNCHANGED)
    assert done(row(memberships=["list:fair", "list:x"]), members).effects == {"fields": {"list:x": True}}


def test_a_later_import_restores_removed_memberships() -> None:
    data = row(memberships=["list:fair", "segment:vip"])
    before = known(at=500, fields={"list:fair": None, "segment:vip": False})
    assert done(data, before).effects == {"fields": {"list:fair": True, "segment:vip": True}}
    after = known(at=NOW + 1, fields={"list:fair": None, "segment:vip": False})
    assert done(data, after) == ImportOutcome(ROW_UNCHANGED)


def test_with_existing_precedence_an_exclusion_by_hand_is_kept() -> None:
    members = known(fields={"list:fair": None, "segment:vip": False})
    data = row(memberships=["list:fair", "segment:vip", "segment:new"])
    outcome = done(data, members, conflict="existing")
    assert outcome.effects == {"fields": {"list:fair": True, "segment:new": True}}


def test_a_row_with_too_many_lists_is_rejected() -> None:
    members = known(fields={"list:a": True, "list:b": None, "segment:s": True, "responsible": "grace"})
    assert done(row(memberships=["list:a", "list:c"]), members).code == ROW_UPDATED
    assert done(row(memberships=["list:c", "list:d"]), members) == ImportOutcome(ROW_SKIPPED, TOO_MANY_LISTS)


def test_full_lists_leave_room_for_segments() -> None:
    members = known(fields={"list:a": True, "list:b": True, "list:c": True})
    assert done(row(memberships=["list:a", "segment:s"]), members).code == ROW_UPDATED
