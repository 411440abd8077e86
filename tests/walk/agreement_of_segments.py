"""Segments: members, counts, profiles, explanations, a naive reading, the log and what others were told are one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.walk.conditions import Reading
from tests.walk.picture import Customer, Json, Picture
from tests.walk.walk import Walk

Inside = set[tuple[str, str]]
"""(profile, segment)"""


def ensure_segments_agree(walk: Walk, picture: Picture) -> None:
    reading = Reading(names_of(walk, picture), walk.deployment.clock.now)
    for name, segment in picture.segments.items():
        assert segment["state"] in ("ready", "archived"), segment
        if segment["state"] == "ready":
            ensure_one_agrees(picture, name, reading)
    ensure_profiles_say_no_more(picture)
    by_id = {segment["id"]: name for name, segment in picture.segments.items()}
    ensure_logs_alternate(picture, by_id)
    ensure_published(walk, picture, by_id)


def names_of(walk: Walk, picture: Picture) -> dict[str, str]:
    """Of segments and values, by id."""
    values = [v for kind in ("aggregates", "scores") for v in walk.deployment.read(f"/v1/{kind}")[kind]]
    return {found["id"]: found["name"] for found in (*values, *picture.segments.values())}


def ensure_one_agrees(picture: Picture, name: str, reading: Reading) -> None:
    segment, listed = picture.segments[name], picture.members[name]
    members = {member["profile"]["id"] for member in listed["members"]}
    assert len(members) == len(listed["members"]) == listed["count"] == segment["count"], (segment, listed)
    for who in picture.customers.values():
        explained, context = who.explained[name], (name, segment["condition"], who)
        holds = reading.holds(segment["condition"], who)
        member = {"in": True, "out": False}.get(explained["by_hand"], holds)
        assert explained["tree"]["holds"] == holds, context
        assert (explained["holds"], explained["member"]) == (member, member), context
        assert (who.id in members) == member == (name in who.profile["segments"]), context
    assert members <= picture.customers.keys()


def ensure_profiles_say_no_more(picture: Picture) -> None:
    for who in picture.customers.values():
        assert set(who.profile["segments"]) <= picture.members.keys(), who


def ensure_logs_alternate(picture: Picture, by_id: dict[str, str]) -> None:
    """Entering and leaving take turns in each log, and end with what the list says."""
    inside: Inside = set()
    for who in picture.customers.values():
        for entry in reversed(who.timeline):
            if entry["type"] in ("segment.entered", "segment.left"):
                _turn(
                    inside,
                    entry["profile_id"],
                    entry["properties"]["segment"],
                    entry["type"].endswith("entered"),
                )
        now = {by_id[segment] for profile, segment in inside if profile in who.profile["members"]}
        assert now == set(who.profile["segments"]), who


def ensure_published(walk: Walk, picture: Picture, by_id: dict[str, str]) -> None:
    """What the bus was told ends with what the lists say, and is what the logs say, each change once."""
    owners = {member: who for who in picture.customers.values() for member in who.profile["members"]}
    inside: Inside = set()
    for type_, detail in told_in_order(walk.deployment.wire.events):
        if type_ == "Profile Erased":
            inside = {place for place in inside if place[0] != detail["profile_id"]}
        elif type_.startswith("Segment "):
            _turn(inside, detail["profile_id"], detail["segment_id"], type_ == "Segment Entered")
    known = {(owners[profile].id, by_id[segment]) for profile, segment in inside}
    assert known == {(who.id, name) for who in owners.values() for name in who.profile["segments"]}
    ensure_each_is_told(walk, picture.customers.values())


def ensure_each_is_told(walk: Walk, customers: Iterable[Customer]) -> None:
    told = {detail["id"] for _, detail in told_in_order(walk.deployment.wire.events)}
    for who in customers:
        for entry in who.timeline:
            if entry["type"] in ("segment.entered", "segment.left"):
                segment, _, version = entry["id"].rpartition(":")
                type_ = "Segment Entered" if entry["type"].endswith("entered") else "Segment Left"
                assert f"{entry['profile_id']}:{int(version)}:{type_}:{segment}" in told, entry


def told_in_order(events: list[Json]) -> list[tuple[str, Json]]:
    """Each change once, in the order of the versions, as a receiver applies them."""
    changes: dict[str, tuple[str, Any]] = {}
    for event in events:
        detail = json.loads(event["Detail"])
        changes.setdefault(detail["id"], (event["DetailType"], detail))
    return sorted(changes.values(), key=lambda change: change[1].get("version", 0))


def _turn(inside: Inside, profile: str, segment: str, entered: bool) -> None:
    assert entered == ((profile, segment) not in inside), ("entering and leaving alternate", profile, segment)
    inside.symmetric_difference_update({(profile, segment)})
