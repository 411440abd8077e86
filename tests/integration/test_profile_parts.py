"""Parts of a profile through the API: attributes, tags, classes, the responsible user."""

from typing import Any
from urllib.parse import quote

import pytest

from crm.api.models.profiles import Profile
from crm.services.definitions import tags
from crm.services.editing import prepared_edit
from crm.storage.groups import count_group, group_ids
from tests.support.gateway import Answer
from tests.support.staff import Staff

UNKNOWN_PROFILE = "5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11"


def tag_path(id_: str, name: str) -> str:
    return f"{id_}/tags/{quote(name, safe='')}"


def exactly(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    Profile.model_validate(answer.body)
    return dict(answer.body)


class TestAttributes:
    def test_attributes_are_converted_set_and_cleared(self, staff: Staff) -> None:
        made = staff.new(attributes={"city": "London"})
        sent = {"birthday": "10.12.1985", "loyalty_points": "12", "city": None, "zip": 12345}
        changed = exactly(staff("PATCH", f"{made['id']}/attributes", sent))
        assert changed["attributes"] == {
            "birthday": "1985-12-10",
            "email": "ada@example.com",
            "loyalty_points": 12,
            "zip": "12345",
        }
        entry = staff.timeline(made["id"])[0]
        assert entry["type"] == "profile.edited"
        assert entry["properties"]["attributes"]["city"] == {"from": "London", "to": None}

    @pytest.mark.parametrize(
        ("sent", "wrong"),
        [
            ({"birthday": "soon", "loyalty_points": "many", "city": "Rome"}, ["birthday", "loyalty_points"]),
            ({"shoe": 44}, ["shoe"]),
            ({"email": "ada"}, ["email"]),
        ],
    )
    def test_all_errors_are_reported_and_nothing_is_changed(
        self, staff: Staff, sent: dict[str, Any], wrong: list[str]
    ) -> None:
        made = staff.new()
        answer = staff("PATCH", f"{made['id']}/attributes", sent)
        assert answer.status == 400
        assert [error["field"] for error in answer.body["details"]["errors"]] == wrong
        assert staff.card(made["id"]) == made

    @pytest.mark.parametrize("sent", [[], "x", 1, None])
    def test_a_body_that_is_no_object_is_refused(self, staff: Staff, sent: Any) -> None:
        assert staff("PATCH", f"{staff.new()['id']}/attributes", [sent]).status == 400


class TestTags:
    @pytest.mark.parametrize("name", ["VIP", "a/b", "käse #1?", "100%25", "two  words", "+"])
    def test_a_tag_is_added_once_and_removed_once(self, staff: Staff, name: str) -> None:
        made = staff.new()
        given = exactly(staff("PUT", tag_path(made["id"], name)))
        assert given["tags"] == [" ".join(name.split())]
        again = exactly(staff("PUT", tag_path(made["id"], name.upper())))
        assert again == given
        (id_,) = [tag.id for tag in tags.all_tags()]
        assert list(group_ids("tag", id_)) == [("recognised", made["id"])]
        for _ in range(2):
            assert staff("DELETE", tag_path(made["id"], name)).status == 204
        assert staff.card(made["id"])["tags"] == []
        assert count_group("tag", id_) == 0
        types = [(entry["type"], entry["name"]) for entry in staff.timeline(made["id"])]
        shown = given["tags"][0]
        assert types == [("tag.removed", shown), ("tag.added", shown), ("profile.created", None)]

    def test_removing_an_unknown_tag_changes_nothing(self, staff: Staff) -> None:
        made = staff.new()
        assert staff("DELETE", tag_path(made["id"], "unheard of")).status == 204
        assert staff.card(made["id"]) == made
        assert tags.all_tags() == []

    def test_an_invalid_tag_name_is_refused(self, staff: Staff) -> None:
        made = staff.new()
        assert staff("PUT", tag_path(made["id"], "x" * 101)).status == 400
        assert staff("PUT", tag_path(UNKNOWN_PROFILE, "VIP")).status == 404
        assert tags.all_tags() == []

    def test_profiles_show_the_new_name_of_a_tag_and_no_deleted_tag(self, staff: Staff) -> None:
        made = staff.new(tags=["VIP"])
        tags.update("VIP", {"name": "Best"})
        assert staff.card(made["id"])["tags"] == ["Best"]
        tags.delete("Best")
        assert staff.card(made["id"])["tags"] == []
        assert exactly(staff("PUT", tag_path(made["id"], "Best")))["tags"] == ["Best"]

    def test_the_number_of_tags_of_a_profile_is_limited(
        self, staff: Staff, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(prepared_edit, "MAX_PROFILE_TAGS", 3)
        made = staff.new(tags=["a", "b", "c"])
        answer = staff("PUT", tag_path(made["id"], "one more"))
        assert (answer.status, answer.body["code"]) == (409, "too_many_tags")
        assert staff("PUT", tag_path(made["id"], "a")).status == 200
        assert staff("DELETE", tag_path(made["id"], "a")).status == 204
        assert staff("PUT", tag_path(made["id"], "one more")).status == 200
        tags.delete("b")
        assert exactly(staff("PUT", tag_path(made["id"], "a")))["tags"] == ["a", "c", "one more"]


class TestClasses:
    def test_a_class_is_added_and_removed(self, staff: Staff) -> None:
        made = staff.new()
        for _ in range(2):
            assert exactly(staff("PUT", f"{made['id']}/classes/b2b"))["classes"] == ["b2b"]
        assert count_group("class", "b2b") == 1
        for _ in range(2):
            assert staff("DELETE", f"{made['id']}/classes/b2b").status == 204
        assert count_group("class", "b2b") == 0
        sides = [entry["properties"].get("classes") for entry in staff.timeline(made["id"])]
        assert sides == [{"removed": ["b2b"]}, {"added": ["b2b"]}, None]

    @pytest.mark.parametrize("name", ["B2B", "-x", "x" * 51, "a%20b"])
    def test_an_invalid_class_name_is_refused(self, staff: Staff, name: str) -> None:
        made = staff.new()
        assert staff("PUT", f"{made['id']}/classes/{name}").status == 400
        assert staff.card(made["id"]) == made

    def test_the_number_of_classes_of_a_profile_is_limited(self, staff: Staff) -> None:
        made = staff.new(classes=[f"c{number}" for number in range(50)])
        answer = staff("PUT", f"{made['id']}/classes/more")
        assert (answer.status, answer.body["code"]) == (409, "too_many_classes")


class TestResponsible:
    def test_a_responsible_user_is_set_changed_and_cleared(self, staff: Staff) -> None:
        made = staff.new()
        for user in ("grace@example.com", " alan  turing "):
            answer = staff("PUT", f"{made['id']}/responsible", {"user": user})
            assert exactly(answer)["responsible"] == " ".join(user.split())
        assert (
            count_group("responsible", "grace@example.com"),
            count_group("responsible", "alan turing"),
        ) == (0, 1)
        for _ in range(2):
            assert staff("DELETE", f"{made['id']}/responsible").status == 204
        assert staff.card(made["id"])["responsible"] is None
        stated = [entry["properties"].get("responsible") for entry in staff.timeline(made["id"])]
        assert stated == [
            {"from": "alan turing", "to": None},
            {"from": "grace@example.com", "to": "alan turing"},
            {"to": "grace@example.com"},
            None,
        ]

    @pytest.mark.parametrize(
        "body", [{}, {"user": ""}, {"user": " "}, {"user": "x" * 201}, {"user": None}, {"name": "x"}]
    )
    def test_an_invalid_responsible_user_is_refused(self, staff: Staff, body: dict[str, Any]) -> None:
        assert staff("PUT", f"{staff.new()['id']}/responsible", body).status == 400


@pytest.mark.parametrize(
    ("method", "part", "body"),
    [
        ("PATCH", "attributes", {"city": "Rome"}),
        ("PUT", "tags/VIP", None),
        ("DELETE", "tags/lead", None),
        ("PUT", "classes/b2b", None),
        ("DELETE", "classes/vip", None),
        ("PUT", "responsible", {"user": "grace"}),
        ("DELETE", "responsible", None),
    ],
)
def test_every_part_checks_if_match(staff: Staff, method: str, part: str, body: Any) -> None:
    made = staff.new(tags=["lead"], classes=["vip"], responsible="alan")
    etag = staff("GET", made["id"]).headers["etag"]
    assert staff(method, f"{made['id']}/{part}", body, etag=f'"{UNKNOWN_PROFILE}.1"').status == 412
    assert staff.card(made["id"]) == made
    assert staff(method, f"{made['id']}/{part}", body, etag=etag).status in {200, 204}
    assert staff(method, f"{made['id']}/{part}", body, etag=etag).status == 412
    assert staff(method, f"{UNKNOWN_PROFILE}/{part}", body).status == 404
