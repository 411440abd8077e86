"""The item of a profile: it is read as written, in the table and in the stream, and it is small."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.card_fields import Card
from crm.domain.identity import Identity
from crm.domain.memberships import former_orders, memberships_of, segments_of
from crm.domain.profile import ProfileState
from crm.domain.profile_versions import copy_of, keep_fold_of, mark_stored
from crm.domain.stamped import Stamped
from crm.domain.stored_profile import dumps
from crm.storage.packed_fold import FORMAT, pack, unpack
from crm.storage.profile_item import first_item, indexed_memberships, recorded_memberships, to_item, to_state
from tests.support.dynamodb.item_size import item_size

pytestmark = pytest.mark.usefixtures("deployed")

ID = "0486be0b-b4d4-5ae3-a256-b2e1908d98b4"
WRITTEN = Path(__file__).parents[1] / "support/data/table_of_the_previous_version.json"
CARD: Card = {
    "kind": "recognised",
    "name": "Solveig Lindqvist",
    "email": "solveig@example.com",
    "created": 1_795_187_051_482,
    "last_seen": 1_795_187_380_771,
    "tags": ["vip"],
    "consents": {"email": ["granted"]},
    "conflicts": 2,
    "segments": ["seg_1.3"],
}

NOW = 1_795_262_400_000


def canonical() -> ProfileState:
    state = ProfileState(ID, Identity("user_id", "u-1"), 7, rule_set=4, due=1_795_200_000_000)
    state.attributes = {"email": Stamped("solveig@example.com", (1_795_187_051_482, "m"))}
    state.card = CARD.copy()
    state.published_segments = segments_of(CARD)
    return state


def test_a_profile_is_read_back_unchanged() -> None:
    state = canonical()
    item = to_item(state, NOW)
    state.version += 1
    assert to_state(item) == state


def test_an_unchanged_fold_is_not_packed_again() -> None:
    held = to_state(to_item(canonical(), NOW) | {"doc": {"S": dumps(canonical())}})
    later = copy_of(held)
    later.due, later.rule_set = NOW, held.rule_set + 1
    later.published_segments, later.published_as, later.published_at = frozenset({"seg_9"}), "other", NOW
    keep_fold_of(later, held)
    assert to_item(later, NOW)["doc"] == {"S": dumps(canonical())}
    later = copy_of(held)
    later.attributes = {}
    keep_fold_of(later, held)
    assert to_item(later, NOW)["doc"] == pack(dumps(later))
    later.keeps_fold = True
    mark_stored(later)
    assert to_item(later, NOW)["doc"] == pack(dumps(later))


def test_held_memberships_are_stored_until_read() -> None:
    state = canonical()
    state.held = {("tag", "old"): "recognised"}
    item = to_item(state, NOW)
    assert recorded_memberships(item) == state.held
    read = to_state(item)
    assert read.held is None
    assert "lag" not in to_item(read, NOW)


def test_the_publishing_time_is_stored_if_segments_have_changed() -> None:
    state = canonical()
    state.published_segments = frozenset({"seg_9"})
    item = to_item(state, NOW)
    assert item["at"] == {"N": str(NOW)}
    assert to_item(to_state(item), NOW + 1)["at"] == {"N": str(NOW)}
    renamed = to_state(item)
    assert renamed.card
    renamed.card["id"] = "another-id"
    assert to_item(renamed, NOW + 1)["at"] == {"N": str(NOW + 1)}
    assert "at" not in to_item(canonical(), NOW)


def test_an_item_of_the_previous_version_is_read() -> None:
    former = to_item(canonical(), NOW) | {"discriminator": {"S": "profile"}}
    lag, shown = {"S": '[["tag","old","recognised"]]'}, {"S": '["seg_9"]'}
    read = to_state(former | {"lag": lag, "told": shown})
    assert (read.is_former, read.published_segments) == (True, frozenset({"seg_9"}))
    assert indexed_memberships(former | {"lag": lag}, CARD) == {("tag", "old"): "recognised"}
    assert indexed_memberships(former, CARD) == memberships_of(CARD) | former_orders(CARD)
    assert not {"discriminator", "lag", "told"} & to_item(read, NOW).keys()


def test_an_erased_profile_is_read_back_unchanged() -> None:
    state = ProfileState(ID, erased_at=5)
    item = to_item(state, NOW)
    assert item["erased_at"] == {"N": "5"}
    assert to_state(item) == ProfileState(ID, version=1, erased_at=5)
    assert to_state(first_item(ProfileState(ID))) == ProfileState(ID, version=1)


def test_an_item_of_the_stream_with_base64_bytes_is_read() -> None:
    state = canonical()
    item = to_item(state, NOW)
    assert set(item["doc"]) == {"B"}
    delivered = {**item, "doc": {"B": base64.b64encode(item["doc"]["B"]).decode()}}
    assert to_state(delivered) == to_state(item)


@given(st.text())
def test_any_packed_text_is_unpacked_unchanged(text: str) -> None:
    assert unpack(pack(text)) == text


def test_a_text_that_packing_does_not_shorten_is_not_packed() -> None:
    assert pack("{}") == {"S": "{}"}


def test_a_later_format_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown format 9"):
        unpack({"B": bytes((9,))})


WRITTEN_IN_FORMATS = (
    (
        1,
        "AcOI0VJdQ4xIBYYCsKRFi9ri/Jyy1Mx0lOSFGoWQ8LI0NbQwNzA1NLEw0oHyjC0MzM0NYb6EuhFZnVJdomlyopFR"
        "mkVamoVhsolZMsitAA==",
        '{"i":["user_id","u-1"],"a":{"city":["Bergen",0],"email":["solveig@example.com",0]},"V":"1",'
        '"t":[1795187051482,1795187380771,null],"s":[[1795187051482,"~a5ca22f8ff81c46c"]]}',
    ),
    (
        2,
        "Aq3SMQ5AQBCF4buoSXZmZ3fGAURUolKzMTdQcnbBkg2JSvnKL+9/dT4XkErOEkoHwsYBCeZxWTHMcP2X8JpyJiq6uu2r"
        "KLX+KaV/qIwOjdWRpwNN32plbw2AXPpluatJfdk6uDAgqqgKBPJhr2cD",
        '{"i":["user_id","u-1"],"V":"6","t":[1795187051482,1795187380771,null],"O":{"e":{"oI9u44-QGOWE":'
        '[[41636,{"f":1,"a":[0,[40000000,null,null,null]],"c":[0,"EUR"],"o":{"Order Completed":[0,0,'
        '{"s725203fb7e":[1,40000000]}]},"w":[[0,36000000,"f7630118",0]]}]]}},'
        '"s":[[1795187051482,"~a5ca22f8ff81c46c"]]}',
    ),
)


@pytest.mark.parametrize(("number", "written", "text"), WRITTEN_IN_FORMATS)
def test_the_dictionary_of_a_format_never_changes(number: int, written: str, text: str) -> None:
    """Stored items could not be read any more."""
    assert base64.b64decode(written)[0] == number
    assert unpack({"B": written}) == text


def test_folds_are_packed_in_the_latest_format() -> None:
    latest, _, text = WRITTEN_IN_FORMATS[-1]
    assert pack(text)["B"][0] == FORMAT == latest


def profiles_of_the_previous_version() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(WRITTEN.read_text())["items"]
    return [item for item in items if "doc" in item]


def test_unpacked_folds_of_the_previous_version_are_read() -> None:
    items = profiles_of_the_previous_version()
    assert all(set(item["doc"]) == {"S"} for item in items)
    for item in items:
        before = to_state(item)
        assert to_state({**item, "doc": pack(item["doc"]["S"])}) == before


def test_packing_halves_the_size_of_folds() -> None:
    texts = [item["doc"]["S"] for item in profiles_of_the_previous_version()]
    packed = [len(pack(text)["B"]) for text in texts]
    assert sum(packed) < 0.5 * sum(map(len, texts))


def test_a_typical_customer_fits_a_write_unit() -> None:
    state = canonical()
    names = ("first_name", "last_name", "city", "plan", "phone", "zip", "street", "birthday", "language")
    stamp = (1_795_187_051_482, "~a5ca22f8ff81c46c")
    state.attributes |= {name: Stamped(f"{name} of hers", stamp) for name in names}
    state.consents = {
        f"{channel}:marketing": Stamped(
            {"state": "granted", "at": "2026-11-21T10:00:00.000Z", "source": "form:newsletter"}, stamp
        )
        for channel in ("email", "sms", "phone")
    }
    assert item_size(to_item(state, NOW)) <= 1024
