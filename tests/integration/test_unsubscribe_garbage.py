"""Invalid input to the unsubscribe page, with and without a valid link: a page, never a 5xx, and no change."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.domain.api_key import SYSTEM
from crm.services.consents import preference_centre
from crm.services.projection.deployment import id_of
from tests.support.activities import user
from tests.support.gateway import Client
from tests.support.stream import Pump
from tests.support.thoroughness import part_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

CANARY = "canary-7f3a"
garbage = examples(
    max_examples=part_of(120, least=5),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
texts = st.text(st.characters(codec="utf-8"), max_size=30).map(lambda text: CANARY + text)
types = st.sampled_from(
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/plain"]
)
names = st.sampled_from(["action", "shown", "ticked", "List-Unsubscribe", CANARY])
forms = st.lists(st.tuples(names, texts), max_size=4).map(urlencode)
bodies = st.none() | texts | st.binary(max_size=60) | forms | st.dictionaries(names, texts | st.integers())


@pytest.fixture
def token(client: Client, write_key: str, pump: Pump, api_key: Callable[..., str]) -> str:
    api_key()
    event = {"userId": "sofia", "event": "Seen", "writeKey": write_key}
    assert client("POST", "/v1/track", event).status == 200
    pump()
    return preference_centre.link_token(id_of(user("sofia")), SYSTEM, channel="email", purpose=None)


def test_garbage_changes_nothing(
    client: Client, token: str, table: "Table", capfd: pytest.CaptureFixture[str]
) -> None:
    before = table.scan(ConsistentRead=True)["Items"]

    @garbage
    @given(st.just(token) | texts, st.sampled_from(["GET", "POST"]), types | texts, bodies)
    def answered(place: str, method: str, content_type: str, body: Any) -> None:
        headers = {"content-type": content_type}
        path = "/unsubscribe/" + quote(place.replace("/", ""), safe="")
        answer = client(method, path, body if method == "POST" else None, headers=headers)
        assert answer.status in ({200, 400} if place == token else {404})
        assert answer.headers["content-type"].startswith("text/html")
        assert CANARY not in answer.body

    answered()
    assert table.scan(ConsistentRead=True)["Items"] == before
    assert CANARY not in "".join(capfd.readouterr())


def test_invalid_channel_names_are_refused(client: Client, token: str, api_key: Callable[..., str]) -> None:
    """Names of consents come from clients, and are on the page as text."""
    path = f"/v1/profiles/{id_of(user('sofia'))}/unsubscribe-link"
    for name in ("<script>", '"><b>', "a:b", "ä", " ", "x" * 65):
        answer = client("GET", path, key=api_key(), query={"channel": name, "purpose": name})
        assert (answer.status, answer.body["code"]) == (400, "invalid_parameter")
