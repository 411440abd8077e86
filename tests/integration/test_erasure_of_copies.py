"""An erasure removes the copies of a person's data that edits and imports made in the logs of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm.domain.identity import Identity
from crm.services.privacy import erasure_job
from crm.storage.profiles import ProfileTable
from tests.integration.test_erasure_of_related_profiles import assert_erased
from tests.support.copied_activities import (
    ANN,
    OWN,
    SECRET,
    as_written_by_the_previous_version,
    describe,
    described,
    done,
    merge,
    merged,
    take_back_edit,
    unmerge,
)
from tests.support.shop import Shop, profile


@pytest.fixture
def jane(shop: Shop) -> str:
    return shop.prepared(merged)


def test_a_previous_value_is_erased_with_its_member(shop: Shop, jane: str) -> None:
    describe(shop, "likes tea")
    unmerge(shop)
    assert described(shop) == [{"from": SECRET, "from_profile": jane, "to": "likes tea"}]
    shop.erase(jane)
    assert described(shop) == OWN
    assert_erased(shop)


def test_values_of_the_other_customer_are_kept(shop: Shop, jane: str) -> None:
    describe(shop, "likes tea")
    describe(shop, "likes coffee")
    unmerge(shop)
    shop.erase(jane)
    assert described(shop) == [{"from": "likes tea", "to": "likes coffee"}, *OWN]


def test_the_former_responsible_user_is_not_shown_at_the_other_customer(shop: Shop, jane: str) -> None:
    unmerge(shop)
    done(shop, "PUT", f"profiles/{jane}/responsible", {"user": "her sister Pandora"})
    merge(shop)
    done(shop, "PUT", f"profiles/{profile(*ANN)}/responsible", {"user": "grace"})
    unmerge(shop)
    shop.erase(jane)
    assert shop.traces(["her sister Pandora"]) == []


def test_previous_values_of_imported_rows_are_erased(shop: Shop, jane: str) -> None:
    shop.wire.bucket.files["imports/people.csv"] = b"user_id,description\nu-ann,likes tea\n"
    done(shop, "POST", "imports", {"key": "imports/people.csv"})
    unmerge(shop)
    assert described(shop) == [{"from": SECRET, "from_profile": jane, "to": "likes tea"}]
    shop.erase(jane)
    assert described(shop) == OWN
    assert_erased(shop)


def test_an_identity_added_by_hand_is_redacted_in_another_log(shop: Shop, jane: str) -> None:
    """The log of an added identity is new, and only repeats values of other logs."""
    changes = {"identities": {"user_id": "u-0"}, "attributes": {"description": "likes tea"}}
    done(shop, "PATCH", f"profiles/{jane}", changes)
    notes = {item["pk"]["S"] for item in shop.items() if item["sk"]["S"].startswith("C#")}
    assert notes == {f"P#{jane}"}


def test_a_copy_that_arrives_long_after_the_erasure_is_redacted(shop: Shop, jane: str) -> None:
    describe(shop, "likes tea")
    unmerge(shop)
    edit = take_back_edit()
    shop.erase(jane)
    shop.wait(600)
    ProfileTable().append([edit])
    assert_erased(shop)
    assert described(shop) == OWN


def test_a_copy_of_an_edit_in_progress_is_found(shop: Shop, jane: str) -> None:
    describe(shop, "likes tea")
    unmerge(shop)
    edit = take_back_edit()
    shop.ask_to_erase(jane)
    shop.take_message("jobs")
    # A log that nothing links to hers: only the note that comes before the edit leads to it.
    ProfileTable().append([replace(edit, identities=(Identity("user_id", "u-ben"),))])
    shop.take_message("jobs")
    assert shop.traces([SECRET]) == []


def test_copies_of_an_older_version_are_found_by_value(shop: Shop, jane: str) -> None:
    describe(shop, "likes tea")
    unmerge(shop)
    as_written_by_the_previous_version(shop)
    assert described(shop) == [{"from": SECRET, "to": "likes tea"}]
    shop.erase(jane)
    assert described(shop) == OWN
    assert_erased(shop)


def test_copies_of_an_older_version_keep_values_of_the_other_customer(shop: Shop, jane: str) -> None:
    describe(shop, "likes tea")
    unmerge(shop)
    describe(shop, SECRET)
    as_written_by_the_previous_version(shop)
    shop.erase(jane)
    assert described(shop) == [{"from": "likes tea", "to": SECRET}, {"from": SECRET, "to": "likes tea"}]


def test_the_number_of_values_that_are_searched_is_bounded(
    shop: Shop, jane: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure_job, "MAX_COPIED_VALUES", 1)
    unmerge(shop)
    assert shop.erase(jane)["state"] == "done"


def test_a_stored_response_of_the_other_customer_is_erased(shop: Shop, jane: str) -> None:
    path, key = f"profiles/{profile(*ANN)}/restore", {"idempotency-key": "once"}
    assert SECRET in str(done(shop, "POST", path, {}, headers=key))
    unmerge(shop)
    shop.erase(jane)
    assert_erased(shop)
    again = shop.ask("POST", path, {}, headers=key)
    assert (again.status, again.body["code"]) == (410, "answer_gone")


def test_a_long_log_is_redacted_in_parts(shop: Shop, jane: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.services.projection.redactions.REDACTED_AT_ONCE", 1)
    for text in ("likes tea", SECRET, "likes milk"):
        describe(shop, text)
    unmerge(shop)
    assert shop.erase(jane)["counts"]["activities_redacted"] > 1
