"""Submissions that a form refuses, and the messages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.commands.forms import FormConsent
from crm.domain.forms.definition import BURST, Form
from crm.services.definitions import attribute_changes, forms
from tests.support.gateway import Client
from tests.support.newsletter_form import (
    ADA,
    NOW,
    URLENCODED,
    activities,
    post,
    rejected,
    send,
    stored_submission,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class TestInvalidSubmissions:
    def test_every_wrong_field_is_reported(self, client: Client, form: Form, table: "Table") -> None:
        answer = send(client, form, {"first": "Ada", "visits": "many", "_consent:email": "perhaps"})
        assert (answer.status, answer.body["code"]) == (400, "invalid_form")
        assert answer.body["message"] == "Something is missing."
        errors = {error["field"]: error["message"] for error in answer.body["details"]["errors"]}
        assert errors.keys() == {"email", "visits", "_consent:email"}
        assert errors["email"] == "must be filled in"
        assert errors["visits"].startswith("must be a number")
        assert not activities(table)

    def test_a_required_consent_must_be_ticked(self, client: Client, form: Form) -> None:
        boxes: list[FormConsent] = [
            {"channel": "processing", "wording": "Process my data.", "required": True}
        ]
        forms.update(form.id, {"consents": boxes}, now=NOW)
        for unticked in ({}, {"_consent:processing": ""}, {"_consent:processing": "off"}):
            answer = send(client, form, ADA | unticked)
            assert answer.body["details"]["errors"] == [
                {"field": "_consent:processing", "message": "must be ticked"}
            ]
        assert send(client, form, ADA | {"_consent:processing": "on"}).status == 200

    def test_a_refused_submission_shows_the_form_with_its_values(self, client: Client, form: Form) -> None:
        answer = post(client, form, {"first": '"><script>alert(1)</script>', "_anonymous_id": "a-1"})
        assert answer.status == 400
        assert answer.headers["content-type"].startswith("text/html")
        assert "Something is missing." in answer.body
        assert 'aria-invalid="true"' in answer.body
        assert "must be filled in" in answer.body
        assert "&lt;script&gt;alert(1)" in answer.body
        assert "<script" not in answer.body
        assert 'name="_anonymous_id" value="a-1"' in answer.body

    def test_a_refused_submission_is_kept_and_can_be_replayed(
        self, client: Client, form: Form, table: "Table", key: str
    ) -> None:
        forms.update(form.id, {"tags": []}, now=NOW)
        answer = post(client, form, {"email": "ada@example.com", "visits": "many"}, accept="*/*")
        rejected_id = answer.body["details"]["rejected_id"]
        (kept,) = client("GET", "/v1/rejected", key=key).body["rejected"]
        assert (kept["id"], kept["type"], kept["code"]) == (rejected_id, "form", "invalid_form")
        assert kept["message"].startswith("visits must be a number")
        assert kept["content"]["fields"] == {"email": "ada@example.com", "visits": "many"}

        again = client("POST", f"/v1/rejected/{rejected_id}/replay", key=key)
        assert (again.status, again.body["code"]) == (400, "invalid_form")
        assert again.body["details"]["rejected_id"] == rejected_id
        attribute_changes.update("visits", {"type": "text"})
        assert client("POST", f"/v1/rejected/{rejected_id}/replay", key=key).body["accepted"] == 1
        assert stored_submission(table)["e"]["attributes"]["visits"] == "many"
        assert not rejected(table)

    def test_an_unreadable_submission_is_kept(
        self, client: Client, form: Form, table: "Table", key: str
    ) -> None:
        file = b'--b\r\nContent-Disposition: form-data; name="cv"; filename="cv.pdf"\r\n\r\n%PDF\r\n--b--\r\n'
        bodies: list[tuple[str, Any, str]] = [
            ("application/json", "[1]", "invalid_json"),
            ("application/json", '{"a":', "invalid_json"),
            ("multipart/form-data", b"--b", "invalid_body"),
            ("multipart/form-data; boundary=b", b"nothing", "invalid_body"),
            ("multipart/form-data; boundary=b", file, "file_not_taken"),
            ("application/xml", "<a/>", "invalid_content_type"),
            ("application/json", {"fields": {}, "consents": ["email"]}, "invalid_submission"),
            ("application/json", {"email": "a@b.example", "_submission_id": "a b"}, "invalid_submission_id"),
            (URLENCODED, "a=" + "x" * 70_000, "submission_too_large"),
        ]
        for content_type, body, code in bodies:
            answer = client("POST", f"/v1/forms/{form.id}", body, headers={"content-type": content_type})
            assert (answer.status, answer.body["code"]) == (400, code)
            replayed = client("POST", f"/v1/rejected/{answer.body['details']['rejected_id']}/replay", key=key)
            assert replayed.status == 400
        assert len({item["sk"].rpartition("#")[2] for item in rejected(table)}) >= len(bodies) - 1

    def test_a_form_without_identity_fields_needs_the_anonymous_id(
        self, client: Client, table: "Table"
    ) -> None:
        nameless = forms.create(
            now=NOW, name="Poll", fields=[{"name": "city", "attribute": "city", "label": "City"}]
        )
        answer = send(client, nameless, {"city": "Berlin"})
        assert (answer.status, answer.body["code"]) == (400, "no_identity")
        assert send(client, nameless, {"city": "Berlin", "_anonymous_id": "a-1"}).status == 200
        assert stored_submission(table)["i"] == [["anonymous_id", "a-1"]]

    def test_one_identity_field_is_enough(self, client: Client, table: "Table") -> None:
        either = forms.create(
            now=NOW,
            name="Callback",
            fields=[
                {"name": "mail", "attribute": "email", "label": "E-mail"},
                {"name": "phone", "attribute": "phone", "label": "Phone"},
            ],
        )
        answer = send(client, either, {"mail": " ", "phone": ""})
        assert {error["field"] for error in answer.body["details"]["errors"]} == {"mail", "phone"}
        assert "E-mail or Phone" in answer.body["details"]["errors"][0]["message"]
        assert send(client, either, {"phone": "+49 30 1234567"}).status == 200
        assert stored_submission(table)["i"] == [["phone", "+49301234567"]]


class TestOriginsAndLimits:
    @pytest.fixture
    def narrow(self, form: Form) -> Form:
        return forms.update(form.id, {"allowed_origins": ["https://*.shop.example"]}, now=NOW)

    def test_allowed_origins_and_the_own_origin_are_accepted(self, client: Client, narrow: Form) -> None:
        for origin in ("https://www.shop.example", "https://api.example.com"):
            assert send(client, narrow, ADA, origin=origin).status == 200
        assert send(client, narrow, ADA).status == 200

    @pytest.mark.parametrize("origin", ["https://shop.example", "https://evil.example", "null"])
    def test_other_origins_are_refused(
        self, client: Client, narrow: Form, table: "Table", origin: str
    ) -> None:
        answer = send(client, narrow, ADA, origin=origin)
        assert (answer.status, answer.body["code"]) == (403, "origin_not_allowed")
        page = post(client, narrow, origin=origin)
        assert (page.status, "<h1>" in page.body) == (403, True)
        assert not activities(table)
        assert not rejected(table)

    def test_a_form_without_origins_uses_those_of_the_deployment(
        self, client: Client, form: Form, set_environment: Callable[..., None]
    ) -> None:
        set_environment(ALLOWED_ORIGINS="https://shop.example")
        assert send(client, form, ADA, origin="https://shop.example").status == 200
        assert send(client, form, ADA, origin="https://evil.example").status == 403

    def test_a_disabled_form_is_not_found(self, client: Client, form: Form, table: "Table") -> None:
        forms.update(form.id, {"enabled": False}, now=NOW)
        assert (send(client, form, ADA).status, send(client, form, ADA).body["code"]) == (
            404,
            "form_disabled",
        )
        assert client("GET", f"/v1/forms/{form.id}/embed").status == 404
        assert not activities(table)

    def test_a_flood_is_rate_limited(self, form: Form, client: Client) -> None:
        answers = [send(client, form, {"email": "x"}) for _ in range(BURST)]
        assert {answer.status for answer in answers} <= {400, 429}
        for _ in range(5 * BURST):
            if (answer := post(client, form)).status == 429:
                break
        assert answer.status == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["content-type"].startswith("text/html")

    def test_bots_are_dropped_if_configured(
        self,
        client: Client,
        form: Form,
        table: "Table",
        key: str,
        set_environment: Callable[..., None],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        bot = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/142.0.0.0 Safari/537.36"}
        assert send(client, form, ADA | {"_submission_id": "1"}, **bot).status == 200
        assert len(activities(table)) == 1, "bots are kept unless the deployment drops them"
        set_environment(BOT_EVENTS="drop")
        dropped = send(client, form, ADA | {"_submission_id": "2"}, **bot)
        assert dropped.body == send(client, form, ADA | {"_submission_id": "3"}).body
        assert len(activities(table)) == 2
        assert '"BotMessages": 1' in capsys.readouterr().out
        (kept,) = client("GET", "/v1/rejected", key=key).body["rejected"]
        assert kept["code"] == "bot"
        assert client("POST", f"/v1/rejected/{kept['id']}/replay", key=key).status == 200
        assert len(activities(table)) == 3

    def test_a_filled_honeypot_gets_the_usual_response(
        self, client: Client, form: Form, table: "Table", key: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answer = send(client, form, ADA | {form.honeypot: "https://spam.example"})
        assert answer.body == send(client, form, ADA | {"_submission_id": "1"}).body
        assert len(activities(table)) == 1
        assert '"RejectedMessages": 1, "service": "crm-test", "code": "spam"' in capsys.readouterr().out
        (kept,) = client("GET", "/v1/rejected", key=key).body["rejected"]
        assert kept["code"] == "spam"
        assert client("POST", f"/v1/rejected/{kept['id']}/replay", key=key).status == 200
        assert len(activities(table)) == 2
