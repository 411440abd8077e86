"""A submission that is sent twice counts once."""

from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.api_key import SYSTEM
from crm.domain.errors import UnavailableError
from crm.domain.forms.definition import Form
from crm.domain.identity import Identity
from crm.services.consents import consent_changes
from crm.services.profiles import people
from crm.services.projection.deployment import id_of
from crm.services.tracking.form_submissions import SAME_WITHIN_MS
from crm.storage.log_writer import LogWriter
from tests.support.gateway import Client
from tests.support.newsletter_form import ADA, NOW, activities, send, submit_at, unavailable
from tests.support.stream import Pump

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class TestRepeatedSubmissions:
    def test_submissions_with_one_id_count_once(self, client: Client, form: Form, table: "Table") -> None:
        for _ in range(2):
            send(client, form, ADA | {"_submission_id": "s-1"})
        send(client, form, {"fields": {"email": "ada@example.com"}, "submission_id": "s-1"})
        assert len(activities(table)) == 1
        send(client, form, ADA | {"_submission_id": "s-2"})
        assert len(activities(table)) == 2
        for _ in range(2):
            send(client, form, ADA, **{"idempotency-key": "s-3"})
        assert len(activities(table)) == 3

    def test_a_repeated_submission_keeps_its_first_time(self, form: Form, table: "Table") -> None:
        for now in (NOW, NOW + 86_400_000):
            submit_at(form, now, _submission_id="s-1")
        (activity,) = activities(table)
        assert activity["o"] == NOW

    def test_equal_submissions_without_an_id_count_once_for_a_while(self, form: Form, table: "Table") -> None:
        for now in (NOW, NOW + 1, NOW - 5, NOW + SAME_WITHIN_MS - 1):
            submit_at(form, now)
        (activity,) = activities(table)
        assert activity["o"] == NOW

    def test_concurrent_equal_submissions_count_once(
        self, form: Form, table: "Table", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append, second = LogWriter.append, [NOW - 1]

        def append_after_the_second(*arguments: Any) -> int:
            if second:
                submit_at(form, second.pop())
            return append(*arguments)

        monkeypatch.setattr(LogWriter, "append", append_after_the_second)
        submit_at(form, NOW)
        (activity,) = activities(table)
        assert activity["o"] == NOW

    def test_a_failed_submission_is_accepted_when_repeated(
        self, form: Form, table: "Table", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as throttled:
            throttled.setattr(LogWriter, "append", unavailable)
            for id_ in ("", "s-1"):
                with pytest.raises(UnavailableError):
                    submit_at(form, NOW, _submission_id=id_)
        for id_ in ("", "s-1"):
            submit_at(form, NOW + 5_000, _submission_id=id_)
        assert [activity["o"] for activity in activities(table)] == [NOW, NOW]

    def test_equal_submissions_count_again_later(self, form: Form, table: "Table") -> None:
        for now in (NOW, NOW + SAME_WITHIN_MS - 1, NOW + SAME_WITHIN_MS, NOW + 2 * SAME_WITHIN_MS - 1):
            submit_at(form, now)
        assert sorted(activity["o"] for activity in activities(table)) == [NOW, NOW + SAME_WITHIN_MS]

    @pytest.mark.parametrize(
        "other",
        [{"visits": "4"}, {"phone": "+49301234567"}, {"_anonymous_id": "a-1"}, {"email": "b@example.com"}],
    )
    def test_submissions_with_other_values_count_separately(
        self, form: Form, table: "Table", other: dict[str, str]
    ) -> None:
        submit_at(form, NOW)
        submit_at(form, NOW, **other)
        assert len(activities(table)) == 2

    def test_an_unsubscribed_visitor_can_subscribe_again(
        self, client: Client, form: Form, pump: Pump, key: str
    ) -> None:
        def state() -> str:
            pump()
            found = client("GET", "/v1/identities/email/ada@example.com", key=key).body
            return str(found["consents"]["email"]["state"])

        submit_at(form, NOW)
        assert state() == "granted"
        person = people.find(id_of(Identity("email", "ada@example.com")), SYSTEM)
        consent_changes.set_consent(person, "email", state="denied", by="unsubscribe", now=NOW + 1)
        submit_at(form, NOW + 2)
        assert state() == "denied"
        submit_at(form, NOW + SAME_WITHIN_MS)
        assert state() == "pending"
