"""The pages that a browser without scripts shows after a submission."""

from typing import TYPE_CHECKING

from crm.domain.forms.definition import Form
from crm.services.definitions import forms
from tests.support.gateway import Client
from tests.support.newsletter_form import ADA, BROWSER, NOW, WORDING, activities, post, send

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class TestPages:
    def test_a_browser_is_redirected_to_the_configured_page(self, client: Client, form: Form) -> None:
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

    def test_a_browser_without_a_redirect_sees_the_success_text(self, client: Client, form: Form) -> None:
        forms.update(form.id, {"success_text": "Grüße & Dank", "language": "de"}, now=NOW)
        answer = post(client, form)
        assert answer.status == 200
        assert "<h1>Grüße &amp; Dank</h1>" in answer.body
        assert '<html lang="de">' in answer.body

    def test_the_page_links_back_to_an_allowed_origin(self, client: Client, form: Form) -> None:
        assert '<a href="https://shop.example/contact">← shop.example</a>' in post(client, form).body
        forms.update(form.id, {"allowed_origins": ["https://other.example"]}, now=NOW)
        for page in ("https://shop.example/", "javascript:alert(1)", "https://api.example.com/v1/forms/x"):
            assert "<a " not in post(client, form, referer=page).body

    def test_the_page_of_the_form_has_its_title(self, client: Client, form: Form) -> None:
        embed = f"/v1/forms/{form.id}/embed"
        assert f"<h1>{form.name}</h1>" in client("GET", embed).body
        forms.update(form.id, {"title": "News & offers", "required_text": "* muss sein"}, now=NOW)
        whole, bare = client("GET", embed).body, client("GET", embed, query={"format": "fragment"}).body
        refused = post(client, form, {"email": "nothing"}).body
        for shown in (whole, refused):
            assert "<h1>News &amp; offers</h1>" in shown
        assert "<title>News &amp; offers</title>" in whole
        assert "<h1>" not in bare

    def test_a_framed_form_sends_its_page(self, client: Client, form: Form, table: "Table") -> None:
        embed = f"/v1/forms/{form.id}/embed"
        page = 'https://shop.example/contact?a="1"'
        frame = client("GET", embed, headers={"referer": page})
        assert 'name="_page" value="https://shop.example/contact?a=&#34;1&#34;"' in frame.body
        assert frame.headers["vary"] == "referer"
        own = f"https://api.example.com{embed}"
        for referrer in ("javascript:alert(1)", "http://[", own):
            assert "_page" not in client("GET", embed, headers={"referer": referrer}).body
        refused = post(client, form, {"email": "nothing", "_page": page}, referer=own)
        assert 'name="_page"' in refused.body

        assert post(client, form, {**ADA, "_page": page}, referer=own).status == 200
        assert post(client, form, {**ADA, "email": "bob@example.com"}, referer=own).status == 200
        kept = [str(one["d"]) for one in activities(table)]
        assert sorted("shop.example/contact" in text for text in kept) == [False, True]
        assert not [text for text in kept if "/embed" in text]

    def test_programs_get_json(self, client: Client, form: Form) -> None:
        assert post(client, form, accept="*/*").body["success"] is True
        assert send(client, form, ADA, accept=BROWSER["accept"]).body["success"] is True

    def test_an_unknown_form_shows_a_page(self, client: Client, table: "Table") -> None:
        answer = client("GET", "/v1/forms/frm_0123456789ab/embed", headers={"accept": "text/html"})
        assert (answer.status, "<h1>" in answer.body) == (404, True)

    def test_the_form_can_be_framed_by_allowed_sites(self, client: Client, form: Form) -> None:
        forms.update(form.id, {"allowed_origins": ["https://shop.example"]}, now=NOW)
        answer = client("GET", f"/v1/forms/{form.id}/embed")
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'self' https://shop.example" in policy
        assert "default-src 'none'" in policy
        assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"

    def test_the_embedded_fragment_can_be_submitted(self, client: Client, form: Form, table: "Table") -> None:
        fragment = client("GET", f"/v1/forms/{form.id}/embed", query={"format": "fragment"}).body
        assert fragment.startswith(f'<form class="crm-form" data-crm-form="{form.id}"')
        assert f'action="https://api.example.com/v1/forms/{form.id}" method="post"' in fragment
        for name in ("email", "first", "visits", "_consent:email", "_consent:sms", form.honeypot):
            assert f'name="{name}"' in fragment
        assert WORDING in fragment
        assert client("GET", f"/v1/forms/{form.id}/embed", query={"format": "pdf"}).status == 400
