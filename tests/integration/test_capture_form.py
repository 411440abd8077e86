"""A visitor fills in a form: what comes of it, whichever way it was sent, and however often."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from crm.domain.api_key import SYSTEM
from crm.domain.errors import UnavailableError
from crm.domain.forms.definition import BURST, Form
from crm.domain.identity import Identity
from crm.services import attributes, consents, forms, people, submissions
from crm.services.deployment import id_of
from crm.services.submissions import SAME_WITHIN_MS, FormRequest
from crm.storage.log_writer import LogWriter
from functions.capture_form.app import handler
from tests.integration.gateway import Answer, Client
from tests.integration.stream import Pump

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

EVENTS = Path(__file__).parents[2] / "events"
NOW = 1_795_289_400_000
URLENCODED = "application/x-www-form-urlencoded"
BROWSER = {
    "content-type": URLENCODED,
    "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "referer": "https://shop.example/contact",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
}
WORDING = "Send me the newsletter by e-mail."
ADA = {"email": " Ada@Example.com ", "first": "Ada", "visits": "3", "_consent:email": "on"}


@pytest.fixture
def form(table: "Table") -> Form:
    attributes.create(name="visits", type="number")
    return forms.create(
        now=NOW,
        name="Newsletter",
        fields=[
            {"name": "email", "attribute": "email", "label": "E-mail", "required": True},
            {"name": "first", "attribute": "first_name", "label": "First name"},
            {"name": "visits", "attribute": "visits", "label": "Visits"},
        ],
        tags=["Newsletter"],
        consents=[{"channel": "email", "wording": WORDING}, {"channel": "sms", "wording": "And by SMS."}],
        error_text="Something is missing.",
    )


@pytest.fixture
def key(api_key: Callable[..., str]) -> str:
    return api_key()


def activities(table: "Table") -> list[dict[str, Any]]:
    return [item for item in table.scan()["Items"] if str(item["sk"]).startswith("A#")]


def rejected(table: "Table") -> list[dict[str, Any]]:
    return [item for item in table.scan()["Items"] if str(item["pk"]).startswith("X#")]


def said(table: "Table") -> dict[str, Any]:
    (activity,) = activities(table)
    document: dict[str, Any] = json.loads(activity["d"])
    return document


def post(client: Client, form: Form, values: Any = ADA, **headers: str) -> Answer:
    """As a browser without scripts sends the form."""
    return client("POST", f"/v1/forms/{form.id}", urlencode(values).encode(), headers={**BROWSER, **headers})


def send(client: Client, form: Form, body: Any, **headers: str) -> Answer:
    sent = {"content-type": "application/json", **headers}
    return client("POST", f"/v1/forms/{form.id}", body, headers=sent)


def submit_at(form: Form, now: int, **values: str) -> None:
    body = urlencode({**ADA, **values}).encode()
    submissions.submit(FormRequest(form_id=form.id, body=body, content_type=URLENCODED), now=now)


def test_a_visitor_becomes_a_customer(
    client: Client, form: Form, pump: Pump, key: str, write_key: str
) -> None:
    page = {
        "anonymousId": "a-1",
        "messageId": "m-1",
        "timestamp": "2026-11-21T19:30:00Z",
        "writeKey": write_key,
    }
    assert client("POST", "/v1/page", page).status == 200
    answer = send(client, form, {**ADA, "_anonymous_id": "a-1"})
    assert (answer.status, answer.body["success"], answer.body["redirect"]) == (200, True, None)
    pump()

    profile = client("GET", "/v1/identities/email/ada@example.com", key=key).body
    assert profile["kind"] == "recognised"
    assert profile["attributes"] == {"email": "ada@example.com", "first_name": "Ada", "visits": 3}
    assert profile["tags"] == ["Newsletter"]
    consent = profile["consents"]["email"]
    assert (consent["state"], consent["source"]) == ("granted", f"form:{form.id}")
    assert "sms" not in profile["consents"]
    ledger = client("GET", f"/v1/profiles/{profile['id']}/consents", key=key).body
    assert WORDING in str(ledger)
    timeline = client("GET", f"/v1/profiles/{profile['id']}/activities", key=key).body["activities"]
    assert [(one["type"], one["name"]) for one in timeline] == [("form", "Newsletter"), ("page", None)]
    forms_only = client(
        "GET", f"/v1/profiles/{profile['id']}/activities", query={"category": "forms"}, key=key
    ).body
    assert [one["name"] for one in forms_only["activities"]] == ["Newsletter"]


def test_what_is_kept_says_which_form_and_from_where(client: Client, form: Form, table: "Table") -> None:
    post(client, form, {**ADA, "_anonymous_id": "a-1", "csrf": "x"})
    kept = said(table)
    assert kept["i"] == [["email", "ada@example.com"], ["anonymous_id", "a-1"]]
    assert kept["p"] == {
        "form": form.id,
        "version": 1,
        "fields": {"email": ADA["email"], "first": "Ada", "visits": "3"},
    }
    assert kept["c"]["page"] == {"url": BROWSER["referer"]}
    assert kept["c"]["environment"]["browser"] == "Chrome"
    assert kept["e"]["consents"] == {"email": {"state": "granted", "proof": WORDING}}
    (activity,) = activities(table)
    assert (activity["so"], activity["n"], activity["ty"]) == (f"form:{form.id}", "Newsletter", "form")


def test_every_encoding_says_the_same(client: Client, form: Form, table: "Table") -> None:
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in ADA.items()
    )
    bodies: list[tuple[str, Any]] = [
        (URLENCODED, urlencode(ADA)),
        (URLENCODED + "; charset=UTF-8", urlencode(ADA).encode()),
        ("multipart/form-data; boundary=b", f"{parts}--b--\r\n".encode()),
        ("application/json", ADA),
        ("application/json", ADA | {"visits": 3, "_consent:email": True}),
        ("text/plain", json.dumps(ADA)),
        (
            "application/json",
            {
                "fields": {name: value for name, value in ADA.items() if not name.startswith("_")},
                "consents": {"email": True, "sms": False},
            },
        ),
    ]
    for content_type, body in bodies:
        answer = client("POST", f"/v1/forms/{form.id}", body, headers={"content-type": content_type})
        assert (answer.status, answer.body["success"]) == (200, True), content_type
    assert said(table)["e"]["attributes"] == {"email": "ada@example.com", "first_name": "Ada", "visits": 3}


def test_a_box_that_is_not_ticked_and_a_field_left_empty_say_nothing(
    client: Client, form: Form, pump: Pump, key: str
) -> None:
    post(client, form)
    post(client, form, {"email": "ada@example.com", "first": "", "visits": "4"})
    pump()
    profile = client("GET", "/v1/identities/email/ada@example.com", key=key).body
    assert profile["attributes"]["first_name"] == "Ada"
    assert profile["attributes"]["visits"] == 4
    assert profile["consents"]["email"]["state"] == "granted"


class TestWhatIsWrong:
    def test_every_wrong_field_is_told(self, client: Client, form: Form, table: "Table") -> None:
        answer = send(client, form, {"first": "Ada", "visits": "many", "_consent:email": "perhaps"})
        assert (answer.status, answer.body["code"]) == (400, "invalid_form")
        assert answer.body["message"] == "Something is missing."
        told = {error["field"]: error["message"] for error in answer.body["details"]["errors"]}
        assert told.keys() == {"email", "visits", "_consent:email"}
        assert told["email"] == "must be filled in"
        assert told["visits"].startswith("must be a number")
        assert not activities(table)

    def test_a_required_consent_must_be_ticked(self, client: Client, form: Form) -> None:
        boxes = [{"channel": "processing", "wording": "Process my data.", "required": True}]
        forms.update(form.id, {"consents": boxes}, now=NOW)
        for unticked in ({}, {"_consent:processing": ""}, {"_consent:processing": "off"}):
            answer = send(client, form, ADA | unticked)
            assert answer.body["details"]["errors"] == [
                {"field": "_consent:processing", "message": "must be ticked"}
            ]
        assert send(client, form, ADA | {"_consent:processing": "on"}).status == 200

    def test_a_person_gets_the_form_again_with_what_was_written(self, client: Client, form: Form) -> None:
        answer = post(client, form, {"first": '"><script>alert(1)</script>', "_anonymous_id": "a-1"})
        assert answer.status == 400
        assert answer.headers["content-type"].startswith("text/html")
        assert "Something is missing." in answer.body
        assert 'aria-invalid="true"' in answer.body
        assert "must be filled in" in answer.body
        assert "&lt;script&gt;alert(1)" in answer.body
        assert "<script" not in answer.body
        assert 'name="_anonymous_id" value="a-1"' in answer.body

    def test_what_is_rejected_is_kept_and_can_be_replayed(
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
        attributes.update("visits", {"type": "text"})
        assert client("POST", f"/v1/rejected/{rejected_id}/replay", key=key).body["accepted"] == 1
        assert said(table)["e"]["attributes"]["visits"] == "many"
        assert not rejected(table)

    def test_what_cannot_be_read_is_kept_too(
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

    def test_a_form_that_names_nobody_needs_the_visitor(self, client: Client, table: "Table") -> None:
        nameless = forms.create(
            now=NOW, name="Poll", fields=[{"name": "city", "attribute": "city", "label": "City"}]
        )
        answer = send(client, nameless, {"city": "Berlin"})
        assert (answer.status, answer.body["code"]) == (400, "no_identity")
        assert send(client, nameless, {"city": "Berlin", "_anonymous_id": "a-1"}).status == 200
        assert said(table)["i"] == [["anonymous_id", "a-1"]]

    def test_one_of_the_fields_that_name_somebody_is_enough(self, client: Client, table: "Table") -> None:
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
        assert said(table)["i"] == [["phone", "+49301234567"]]


class TestWhoMaySend:
    @pytest.fixture
    def narrow(self, form: Form) -> Form:
        return forms.update(form.id, {"allowed_origins": ["https://*.shop.example"]}, now=NOW)

    def test_pages_that_the_form_allows_and_our_own(self, client: Client, narrow: Form) -> None:
        for origin in ("https://www.shop.example", "https://api.example.com"):
            assert send(client, narrow, ADA, origin=origin).status == 200
        assert send(client, narrow, ADA).status == 200

    @pytest.mark.parametrize("origin", ["https://shop.example", "https://evil.example", "null"])
    def test_no_other_page(self, client: Client, narrow: Form, table: "Table", origin: str) -> None:
        answer = send(client, narrow, ADA, origin=origin)
        assert (answer.status, answer.body["code"]) == (403, "origin_not_allowed")
        page = post(client, narrow, origin=origin)
        assert (page.status, "<h1>" in page.body) == (403, True)
        assert not activities(table)
        assert not rejected(table)

    def test_the_deployment_decides_where_the_form_does_not(
        self, client: Client, form: Form, set_environment: Callable[..., None]
    ) -> None:
        set_environment(ALLOWED_ORIGINS="https://shop.example")
        assert send(client, form, ADA, origin="https://shop.example").status == 200
        assert send(client, form, ADA, origin="https://evil.example").status == 403

    def test_a_closed_form_takes_nothing(self, client: Client, form: Form, table: "Table") -> None:
        forms.update(form.id, {"enabled": False}, now=NOW)
        assert (send(client, form, ADA).status, send(client, form, ADA).body["code"]) == (
            404,
            "form_disabled",
        )
        assert client("GET", f"/v1/forms/{form.id}/embed").status == 404
        assert not activities(table)

    def test_a_flood_is_stopped(self, form: Form, client: Client) -> None:
        answers = [send(client, form, {"email": "x"}) for _ in range(BURST)]
        assert {answer.status for answer in answers} <= {400, 429}
        for _ in range(5 * BURST):
            if (answer := post(client, form)).status == 429:
                break
        assert answer.status == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["content-type"].startswith("text/html")

    def test_who_fills_in_what_people_do_not_see_is_told_nothing(
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


class TestTwice:
    def test_a_submission_id_makes_it_one(self, client: Client, form: Form, table: "Table") -> None:
        for _ in range(2):
            send(client, form, ADA | {"_submission_id": "s-1"})
        send(client, form, {"fields": {"email": "ada@example.com"}, "submission_id": "s-1"})
        assert len(activities(table)) == 1
        send(client, form, ADA | {"_submission_id": "s-2"})
        assert len(activities(table)) == 2
        for _ in range(2):
            send(client, form, ADA, **{"idempotency-key": "s-3"})
        assert len(activities(table)) == 3

    def test_its_time_is_that_of_the_first_delivery(self, form: Form, table: "Table") -> None:
        for now in (NOW, NOW + 86_400_000):
            submit_at(form, now, _submission_id="s-1")
        (activity,) = activities(table)
        assert activity["o"] == NOW

    def test_without_an_id_the_same_content_is_one_for_a_while(self, form: Form, table: "Table") -> None:
        for now in (NOW, NOW + 1, NOW - 5, NOW + SAME_WITHIN_MS - 1):
            submit_at(form, now)
        (activity,) = activities(table)
        assert activity["o"] == NOW

    def test_two_at_once_are_one(self, form: Form, table: "Table", monkeypatch: pytest.MonkeyPatch) -> None:
        append, second = LogWriter.append, [NOW - 1]

        def append_after_the_second(*arguments: Any) -> int:
            if second:
                submit_at(form, second.pop())
            return append(*arguments)

        monkeypatch.setattr(LogWriter, "append", append_after_the_second)
        submit_at(form, NOW)
        (activity,) = activities(table)
        assert activity["o"] == NOW

    def test_what_failed_before_it_was_kept_is_taken_when_it_comes_again(
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

    def test_later_it_counts_again(self, form: Form, table: "Table") -> None:
        for now in (NOW, NOW + SAME_WITHIN_MS - 1, NOW + SAME_WITHIN_MS, NOW + 2 * SAME_WITHIN_MS - 1):
            submit_at(form, now)
        assert sorted(activity["o"] for activity in activities(table)) == [NOW, NOW + SAME_WITHIN_MS]

    @pytest.mark.parametrize(
        "other",
        [{"visits": "4"}, {"_consent:sms": "on"}, {"_anonymous_id": "a-1"}, {"email": "b@example.com"}],
    )
    def test_what_says_something_else_is_another_one(
        self, form: Form, table: "Table", other: dict[str, str]
    ) -> None:
        submit_at(form, NOW)
        submit_at(form, NOW, **other)
        assert len(activities(table)) == 2

    def test_who_unsubscribed_may_subscribe_again(
        self, client: Client, form: Form, pump: Pump, key: str
    ) -> None:
        def state() -> str:
            pump()
            found = client("GET", "/v1/identities/email/ada@example.com", key=key).body
            return str(found["consents"]["email"]["state"])

        submit_at(form, NOW)
        assert state() == "granted"
        person = people.find(id_of(Identity("email", "ada@example.com")), SYSTEM)
        consents.set_consent(person, "email", state="denied", by="unsubscribe", now=NOW + 1)
        submit_at(form, NOW + 2)
        assert state() == "denied"
        submit_at(form, NOW + SAME_WITHIN_MS)
        assert state() == "granted"


class TestPages:
    def test_a_browser_goes_on_to_the_redirect(self, client: Client, form: Form) -> None:
        forms.update(form.id, {"redirect": "https://shop.example/thanks"}, now=NOW)
        answer = post(
            client, form, {**ADA, "redirect": "https://evil.example", "_redirect": "https://evil.example"}
        )
        assert (answer.status, answer.headers["location"], answer.body) == (
            303,
            "https://shop.example/thanks",
            "",
        )
        assert send(client, form, ADA).body["redirect"] == "https://shop.example/thanks"

    def test_or_reads_that_it_was_taken(self, client: Client, form: Form) -> None:
        forms.update(form.id, {"success_text": "Grüße & Dank", "language": "de"}, now=NOW)
        answer = post(client, form)
        assert answer.status == 200
        assert "<h1>Grüße &amp; Dank</h1>" in answer.body
        assert '<html lang="de">' in answer.body

    def test_there_is_a_way_back_to_a_page_of_the_form(self, client: Client, form: Form) -> None:
        assert '<a href="https://shop.example/contact">← shop.example</a>' in post(client, form).body
        forms.update(form.id, {"allowed_origins": ["https://other.example"]}, now=NOW)
        for page in ("https://shop.example/", "javascript:alert(1)", "https://api.example.com/v1/forms/x"):
            assert "<a " not in post(client, form, referer=page).body

    def test_programs_read_json(self, client: Client, form: Form) -> None:
        assert post(client, form, accept="*/*").body["success"] is True
        assert send(client, form, ADA, accept=BROWSER["accept"]).body["success"] is True

    def test_an_unknown_form_is_a_page_too(self, client: Client, table: "Table") -> None:
        answer = client("GET", "/v1/forms/frm_0123456789ab/embed", headers={"accept": "text/html"})
        assert (answer.status, "<h1>" in answer.body) == (404, True)

    def test_the_form_can_be_framed_by_whom_it_allows(self, client: Client, form: Form) -> None:
        forms.update(form.id, {"allowed_origins": ["https://shop.example"]}, now=NOW)
        answer = client("GET", f"/v1/forms/{form.id}/embed")
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'self' https://shop.example" in policy
        assert "default-src 'none'" in policy
        assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"

    def test_the_form_can_be_pasted_and_sent_as_it_is(
        self, client: Client, form: Form, table: "Table"
    ) -> None:
        fragment = client("GET", f"/v1/forms/{form.id}/embed", query={"format": "fragment"}).body
        assert fragment.startswith(f'<form class="crm-form" data-crm-form="{form.id}"')
        assert f'action="https://api.example.com/v1/forms/{form.id}" method="post"' in fragment
        for name in ("email", "first", "visits", "_consent:email", "_consent:sms", form.honeypot):
            assert f'name="{name}"' in fragment
        assert WORDING in fragment
        assert client("GET", f"/v1/forms/{form.id}/embed", query={"format": "pdf"}).status == 400


def unavailable(*_: object) -> int:
    raise UnavailableError("Send it again.", retry_after=5)


@pytest.mark.parametrize(
    ("name", "status"),
    [("capture_form_browser", 200), ("capture_form_json", 200), ("capture_form_embed", 200)],
)
def test_the_samples_do_what_their_names_say(form: Form, table: "Table", name: str, status: int) -> None:
    event = json.loads((EVENTS / f"{name}.json").read_text().replace("frm_0123456789ab", form.id))
    assert handler(event, None)["statusCode"] == status
    assert len(activities(table)) == (0 if name.endswith("embed") else 1)


def test_nothing_is_taken_that_is_not_durable(
    client: Client, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LogWriter, "append", unavailable)
    answer = send(client, form, ADA)
    assert (answer.status, answer.body["code"]) == (503, "unavailable")
    page = post(client, form)
    assert (page.status, page.headers["retry-after"]) == (503, "5")
