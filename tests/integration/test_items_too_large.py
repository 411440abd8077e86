"""Items over DynamoDB's 400 KB are refused, and not retried like a lost race."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from crm.domain.errors import ItemTooLargeError, VersionConflictError
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.storage.profiles import ProfileTable
from tests.support.gateway import Client

ID = "21d91cd0-6407-5671-a111-fdb45473963f"
OTHER = "31d91cd0-6407-5671-a111-fdb45473963f"
EMAIL = {"name": "email", "attribute": "email", "label": "E-mail"}


def _form(consents: int) -> dict[str, Any]:
    boxes = [{"channel": f"channel_{number}", "wording": "ж" * 5000} for number in range(consents)]
    return {"name": "Newsletter", "fields": [EMAIL], "consents": boxes}


def test_a_form_with_too_much_text_is_refused(client: Client, api_key: Callable[..., str]) -> None:
    answer = client("POST", "/v1/forms", _form(20), key=api_key())
    assert (answer.status, answer.body["code"]) == (400, "too_large")
    assert client("GET", "/v1/forms", key=api_key()).body["forms"] == []
    assert client("POST", "/v1/forms", _form(10), key=api_key()).status == 201


@pytest.mark.parametrize("profiles", [[ID], [ID, OTHER]])
def test_an_item_too_large_error_has_the_profile_id(table: Any, profiles: list[str]) -> None:
    states = [ProfileState(id_) for id_ in profiles]
    states[0].attributes = {"text": Stamped(random.Random(1).randbytes(410_000).hex(), (1, "m"))}
    with pytest.raises(ItemTooLargeError) as refused:
        ProfileTable().save(states)
    assert refused.value.profile_ids == (ID,)


@pytest.mark.parametrize("profiles", [[ID], [ID, OTHER]])
def test_a_concurrent_save_of_a_profile_conflicts(table: Any, profiles: list[str]) -> None:
    ProfileTable().save([ProfileState(ID)])
    with pytest.raises(VersionConflictError):
        ProfileTable().save([ProfileState(id_) for id_ in profiles])
