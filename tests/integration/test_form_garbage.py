"""Invalid input in a public form: never a 5xx, and none of it in the logs."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.services.definitions import forms
from crm.services.tracking import form_submissions
from functions.capture_form.app import handler
from tests.support.gateway import build_http_event
from tests.support.thoroughness import part_of

CANARY = "canary-7f3a"
garbage = examples(
    max_examples=part_of(100, least=5),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
texts = st.text(max_size=30).map(lambda text: CANARY + text)
FIELDS = ("fields", "consents", "context", "page", "email", "agreed", "sizes", "website_url_confirm")
EXTRA_FIELDS = (
    "_consent:email",
    "_anonymous_id",
    "_user_id",
    "_submission_id",
    "_page",
    "_context",
    "\ud800",
)
known = st.sampled_from([*FIELDS, *EXTRA_FIELDS])
values: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.sampled_from(["on", "ada@example.com", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(known | texts, inner, max_size=3),
    max_leaves=8,
)
documents = st.dictionaries(known | texts, values, max_size=6).map(json.dumps)
pairs = st.lists(st.tuples(known, texts), max_size=5)
urlencoded = pairs.map(
    lambda found: "&".join(f"{quote(n, errors='replace')}={quote(v, errors='replace')}" for n, v in found)
)
multipart = st.lists(st.tuples(known | texts, st.binary(max_size=40)), max_size=4).map(
    lambda parts: (
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            % (n.encode(errors="replace"), content)
            for n, content in parts
        )
        + b"--b--\r\n"
    )
)
bodies = documents | urlencoded | multipart | st.binary(max_size=80) | st.none()
content_types = st.sampled_from(
    [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded; charset=unicode_escape",
        "multipart/form-data; boundary=b",
        "multipart/form-data; boundary=b; charset=utf-16",
        "multipart/form-data",
        "",
    ]
)
headers = st.fixed_dictionaries(
    {"content-type": content_types},
    optional={
        "accept": st.sampled_from(["text/html", "*/*", "application/json"]),
        "origin": texts | st.just("null"),
        "referer": texts | st.sampled_from(["https://shop.example/", "http://[", "javascript:alert(1)"]),
        "idempotency-key": texts | st.just("1"),
        "user-agent": texts,
    },
)


def test_a_form_refuses_garbage(
    table: object, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = forms.create(
        now=1,
        name="Contact",
        fields=[
            {"name": "email", "attribute": "email", "label": "E-mail"},
            {"name": "agreed", "attribute": "age", "label": "Age"},
            {"name": "sizes", "attribute": "organisations", "label": "Organisations"},
        ],
        consents=[{"channel": "email", "wording": "Yes."}],
    )
    monkeypatch.setattr(form_submissions, "take_tokens", lambda *_, **__: None)
    capfd.readouterr()

    @garbage
    @given(bodies, headers)
    def refused(body: Any, sent: dict[str, str]) -> None:
        answer = handler(build_http_event("POST", f"/v1/forms/{form.id}", body, headers=sent), None)
        assert answer["statusCode"] in {200, 400}
        if answer["headers"].get("content-type", "").startswith("text/html"):
            assert "<script" not in answer["body"]

    refused()
    assert CANARY not in "".join(capfd.readouterr())


@pytest.mark.parametrize("id_", ["frm_0123456789ab", CANARY, "%00", "%ED%A0%80"])
def test_the_embedded_form_refuses_garbage(
    table: object, capfd: pytest.CaptureFixture[str], id_: str
) -> None:
    for query in ({}, {"format": CANARY}, {"format": "fragment"}):
        event = build_http_event(
            "GET", f"/v1/forms/{id_}/embed", headers={"accept": "text/html"}, query=query
        )
        assert handler(event, None)["statusCode"] in {400, 404}
    assert CANARY not in "".join(capfd.readouterr())
