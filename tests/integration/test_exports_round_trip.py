"""An export that is imported again, as it was or as a spreadsheet saves it, changes nobody."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.exports.columns import own_columns
from crm.services.access import sources
from tests.support.dropped_files import counts, drop, person, report, timeline
from tests.support.shop import Shop, profile
from tests.support.thoroughness import part_of

TYPES = ("loyalty_id",)
DECLARED: dict[str, dict[str, Any]] = {
    "shoe_size": {"type": "number"},
    "member": {"type": "boolean"},
    "since": {"type": "date"},
    "met_at": {"type": "datetime"},
    "colour": {"type": "choice", "choices": ["red", "green"]},
    "hobbies": {"type": "list"},
    "old_code": {},
}
"""`old_code` is archived."""

ODD_NAMES = [
    "favoriteColor",
    "$region",
    "Favorite Color",
    "shoe size",
    "City",
    "city ",
    "orders",
    "consent:x",
]
ODD_NAMES += [
    "attribute:y",
    "a;b",
    'a"b',
    "=1+1",
    "id2",
    "kind",
    "lists",
    "firstname2",
    "Опт",
    "x\ny",
    "E-mail",
]

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
values = st.one_of(
    texts,
    st.sampled_from(
        ["=1+1", "'=1", "01067", "+34", "  x ", "a\r\nb", "true", "1e5", "2026-01-02", "[", '["a"]']
    ),
    st.sampled_from(
        ['"', '";\n"', "a,b;c\td", ";", "\n\n", "\t=1", "null", "NaN", "+34600000000", "a|b^c~d"]
    ),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.lists(texts, max_size=3),
    st.dictionaries(texts, st.integers(0, 9), max_size=2),
)
declared = st.fixed_dictionaries(
    {},
    optional={
        "shoe_size": st.one_of(st.floats(-1e6, 1e6), st.integers(-9, 99), st.just("42"), st.just("big")),
        "member": st.sampled_from([True, False, "yes", "perhaps"]),
        "since": st.dates().map(str) | st.just("soon"),
        "met_at": st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
        "colour": st.sampled_from(["red", "GREEN", "blue"]),
        "hobbies": st.lists(texts, max_size=3) | st.just("chess, go"),
        "old_code": values,
        "first_name": texts,
        "zip": st.sampled_from(["01067", "1067", 28001]),
        "birthday": st.dates().map(str),
        "website": texts,
        "gender": st.sampled_from(["female", "x"]),
    },
)
customers = st.fixed_dictionaries(
    {
        "traits": declared,
        "undeclared": st.dictionaries(st.sampled_from(ODD_NAMES) | texts, values, max_size=4),
        "named": st.lists(
            st.sampled_from(["user_id", "email", "phone", "loyalty_id"]), min_size=1, unique=True
        ),
        "leading": st.sampled_from(["", "0", "000"]),
        "consents": st.dictionaries(
            st.sampled_from(["email", "sms"]), st.sampled_from(["granted", "denied"]), max_size=2
        ),
        "tags": st.lists(st.sampled_from(["VIP", "a;b", "=1", "New, old", "-"]), max_size=3, unique=True),
    }
)
Saved = Callable[[bytes], bytes]


def resaved(encoding: str, **dialect: Any) -> Saved:
    """As a program saves it that reads every cell as a text."""

    def save(content: bytes) -> bytes:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        text = io.StringIO(newline="")
        csv.writer(text, **dialect).writerows(rows)
        return text.getvalue().encode(encoding)

    return save


SAVED: dict[str, Saved] = {
    "as exported": bytes,
    "gzipped": gzip.compress,
    "with semicolons": resaved("utf-8-sig", delimiter=";"),
    "as Unicode text": resaved("utf-16", delimiter="\t"),
    "all quoted": resaved("utf-8", quoting=csv.QUOTE_ALL, lineterminator="\n"),
}
numbers = count(1)


class Town:
    """A shop with declared attributes, whose server tells of customers."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.server = sources.create(name="Till", kind="server", now=shop.clock.now).write_key
        for name, fields in DECLARED.items():
            assert shop.ask("POST", "attributes", {"name": name, **fields}).status == 201
        assert shop.ask("PATCH", "attributes/old_code", {"archived": True}).status == 200

    def settle(self, told: Sequence[dict[str, Any]]) -> list[str]:
        """Ids of new customers of whom this is told."""
        return [self._new(next(numbers), one) for one in told]

    def _new(self, number: int, told: dict[str, Any]) -> str:
        held = {
            "user_id": f"{told['leading']}{number}",
            "email": f"c{number}@example.com",
            "phone": f"+3460{number:07d}",
            "loyalty_id": f"{told['leading']}7{number}",
        }
        named = {type_: value for type_, value in held.items() if type_ in told["named"]}
        traits = told["undeclared"] | told["traits"]
        traits |= {type_: value for type_, value in named.items() if type_ in ("email", "phone")}
        ids = [{"id": named["loyalty_id"], "type": "loyalty_id"}] if "loyalty_id" in named else []
        at = self.shop.wait()
        message = {"messageId": f"c-{number}", "timestamp": at, "traits": traits}
        message |= {"userId": named["user_id"]} if "user_id" in named else {}
        message |= {"context": {"externalIds": ids}, "writeKey": self.server}
        answer = self.shop.world.request("POST", "/v1/identify", message)
        assert answer.status == 200, answer.body
        self.shop.world.settle()
        first = next(type_ for type_ in ("user_id", "email", "phone", "loyalty_id") if type_ in named)
        id_ = profile(first, named[first])
        for tag in told["tags"]:
            assert self.shop.ask("PUT", f"profiles/{id_}/tags/{tag}").status == 200
        for channel, state in told["consents"].items():
            path = f"profiles/{id_}/consents/{channel}"
            assert self.shop.ask("PUT", path, {"state": state}).status == 200
        return id_

    def export(self, ids: Sequence[str], **body: Any) -> bytes:
        begun = self.shop.ask("POST", "exports", {"ids": list(ids), **body}).body
        job = self.shop.ask("GET", f"exports/{begun['id']}").body
        assert job["state"] == "done", job
        return self.shop.wire.bucket.files[f"exports/{job['id']}/{job['file']['name']}"]


@pytest.fixture
def town(shop: Shop) -> Town:
    return Town(shop)


def test_an_export_that_comes_back_changes_nobody(town: Town) -> None:
    @settings(max_examples=part_of(60, least=4), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(customers, min_size=1, max_size=4), st.data())
    def check(told: list[dict[str, Any]], data: st.DataObject) -> None:
        ids = town.settle(told)
        whole = town.export(ids)
        columns = header(whole)
        some = data.draw(st.none() | st.lists(st.sampled_from(columns), unique=True))
        body = {} if some is None else {"columns": list(dict.fromkeys(map(asked, ["id", *some])))}
        exported = town.export(ids, **body)
        way = data.draw(st.sampled_from(sorted(SAVED)))
        name = f"{next(numbers)}.csv{'.gz' if way == 'gzipped' else ''}"
        job = drop(town.shop, name, SAVED[way](exported))
        assert counts(job) == {"rows": len(ids), "unchanged": len(ids)}
        assert not job["result"]["warnings"]
        assert town.export(ids) == whole

    check()


def header(content: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def asked(column: str) -> str:
    """As `columns` of an export asks for it."""
    known = {*own_columns(TYPES), "email", "phone", "tags"}
    if column in known or column.startswith(("attribute:", "consent:")):
        return column
    return f"attribute:{column}"


KNOWN = {
    "traits": {
        "zip": "01067",
        "shoe_size": 41,
        "member": True,
        "birthday": "1990-02-28",
        "hobbies": ["chess", "go"],
    },
    "undeclared": {
        "favoriteColor": "red",
        "$region": "north",
        "visits": 7,
        "loyal": True,
        "card": "7012345678901234",
    },
    "named": ["user_id", "email", "phone"],
    "leading": "000",
    "consents": {"email": "granted"},
    "tags": ["VIP"],
}


def edited(content: bytes, **cells: str) -> bytes:
    """With these cells in each row."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows.fieldnames or ())
    writer.writeheader()
    writer.writerows(
        row | {name.replace("_dollar_", "$"): cell for name, cell in cells.items()} for row in rows
    )
    return text.getvalue().encode()


def attributes(town: Town, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = town.shop.ask("GET", f"profiles/{id_}").body["attributes"]
    return found


def test_edited_cells_keep_their_types_and_names(town: Town) -> None:
    (id_,) = town.settle([KNOWN])
    before = attributes(town, id_)
    told = {
        "favoriteColor": "blue",
        "_dollar_region": "south",
        "visits": "8",
        "loyal": "false",
        "shoe_size": "42",
    }
    job = drop(town.shop, "edited.csv", edited(town.export([id_]), **told))
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 1, "updated": 1}, {})
    after = {"favoriteColor": "blue", "$region": "south", "visits": 8, "loyal": False, "shoe_size": 42}
    assert attributes(town, id_) == before | after
    assert timeline(town.shop, id_)[0]["properties"]["attributes"].keys() == after.keys()


@pytest.mark.parametrize(
    ("cells", "warnings"),
    [
        ({"user_id": "LOST"}, {"damaged_id": 1}),
        ({"user_id": "1.00E+05"}, {"damaged_id": 1}),
        ({"phone": "3460PHONE"}, {"damaged_id": 1}),
        ({"zip": "1067"}, {"damaged_value": 1}),
        ({"card": "7.01235E+15"}, {"damaged_value": 1}),
        ({"card": "7012345678901230"}, {"damaged_value": 1}),
        ({"birthday": "28.02.1990"}, {}),
        ({"birthday": "2/28/1990"}, {}),
        ({"member": "TRUE", "loyal": "WAHR"}, {}),
        ({"shoe_size": "41,00", "visits": "7.0"}, {}),
        ({"user_id": "somebody-else"}, {"id_kept": 1}),
    ],
)
def test_what_a_spreadsheet_does_by_itself_changes_nobody(
    town: Town, cells: dict[str, str], warnings: dict[str, int]
) -> None:
    (id_,) = town.settle([KNOWN])
    exported = town.export([id_])
    row = next(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))
    cells = {n: c.replace("LOST", row["user_id"].lstrip("0")) for n, c in cells.items()}
    cells = {n: c.replace("3460PHONE", row["phone"].lstrip("+")) for n, c in cells.items()}
    job = drop(town.shop, "damaged.csv", edited(exported, **cells))
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 1, "unchanged": 1}, warnings)
    assert town.export([id_]) == exported


def test_our_own_id_decides_whom_a_row_is_about(town: Town) -> None:
    first, second = town.settle([KNOWN, KNOWN])
    body = f"id,user_id,email,city\n{first},4711,new@example.com,Lugo\n{second},,,Vigo\n"
    job = drop(town.shop, "people.csv", body)
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 2, "updated": 2}, {"id_kept": 1})
    assert town.shop.status("user_id", "4711") == 404
    assert person(town.shop, "email", "new@example.com")["id"] == first
    assert attributes(town, first)["email"] == "new@example.com"
    assert [attributes(town, id_)["city"] for id_ in (first, second)] == ["Lugo", "Vigo"]


def test_an_id_of_ours_alone_that_nobody_has_makes_no_customer(town: Town) -> None:
    (id_,) = town.settle([KNOWN])
    other = profile("user_id", "never-seen")
    town.shop.erase(gone := town.settle([KNOWN])[0])
    body = f"id,city\n{other},Lugo\n{gone},Lugo\n{id_},Lugo\n,Lugo\n"
    job = drop(town.shop, "cities.csv", body)
    assert counts(job) == {"rows": 4, "skipped": 2, "rejected": 1, "updated": 1}
    assert job["result"]["reasons"] == {"no_identity": 1, "unknown_profile": 2}
    again = drop(town.shop, "again.csv", f"id,email,city\n{other},new@example.com,Lugo\n")
    assert counts(again) == {"rows": 1, "created": 1}


def test_who_was_erased_since_the_export_stays_erased(town: Town) -> None:
    (id_,) = town.settle([KNOWN])
    exported = town.export([id_], columns=["id", "attribute:visits"])
    drop(town.shop, "first.csv", exported)
    town.shop.erase(id_)
    town.shop.ask("POST", "imports", {"key": "imports/first.csv", "again": True})
    (job, *_) = town.shop.ask("GET", "jobs", query={"kind": "import"}).body["jobs"]
    assert (counts(job), job["result"]["reasons"]) == ({"rows": 1, "skipped": 1}, {"erased": 1})


def test_two_rows_with_one_id_are_one_customer(town: Town) -> None:
    (id_,) = town.settle([KNOWN])
    body = f"id,user_id,city\n{id_},42,Lugo\n{id_},1E+05,Vigo\n"
    job = drop(town.shop, "twice.csv", body)
    assert (counts(job), job["result"]["warnings"]) == (
        {"rows": 2, "updated": 2},
        {"damaged_id": 1, "id_kept": 1},
    )
    assert attributes(town, id_)["city"] == "Vigo"


def test_the_report_has_rejected_rows_as_they_were(town: Town) -> None:
    (id_,) = town.settle([KNOWN])
    job = drop(town.shop, "wrong.csv", edited(town.export([id_]), shoe_size="large"))
    assert (counts(job), job["result"]["reasons"]) == ({"rows": 1, "rejected": 1}, {"invalid_value": 1})
    (row,) = report(town.shop, job)
    assert (row["id"], row["zip"], row["favoriteColor"], row["shoe_size"]) == (id_, "01067", "red", "large")


@pytest.mark.parametrize("columns", ["user id,email", "user id,phone"])
def test_an_id_that_lost_its_zeros_is_known_by_the_address_beside_it(town: Town, columns: str) -> None:
    (id_,) = town.settle([KNOWN])
    found = town.shop.ask("GET", f"profiles/{id_}").body
    held = {one["type"]: one["value"] for one in found["identities"]}
    address = held[columns.partition(",")[2]]
    rows = f"{columns},city\n{held['user_id'].lstrip('0')},{address},Lugo\n"
    job = drop(town.shop, "crm.csv", rows)
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 1, "updated": 1}, {"damaged_id": 1})
    assert attributes(town, id_)["city"] == "Lugo"
    assert town.shop.status("user_id", held["user_id"].lstrip("0")) == 404
