"""Compare the views of segments: members, counts, profiles, explanations, a naive evaluation, logs and events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from tests.support.lists_from_events import members_by_time
from tests.support.segment_changes import all_changes
from tests.walk.conditions import Reading
from tests.walk.picture import Customer, Picture
from tests.walk.walk import Walk

Inside = set[tuple[str, str]]
"""(profile, segment)"""


def ensure_segments_agree(walk: Walk, picture: Picture) -> None:
    reading = Reading(names_of(walk, picture), walk.deployment.clock.now)
    for name, segment in picture.segments.items():
        assert segment["state"] in ("ready", "archived"), segment
        if segment["state"] == "ready":
            ensure_one_agrees(picture, name, reading)
    ensure_profiles_list_no_other_segments(picture)
    by_id = {segment["id"]: name for name, segment in picture.segments.items()}
    ensure_logs_alternate(picture, by_id)
    ensure_published(walk, picture, by_id)
    ensure_days_add_up(walk, picture)


def names_of(walk: Walk, picture: Picture) -> dict[str, str]:
    """Return the names of segments and values by id."""
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


def ensure_profiles_list_no_other_segments(picture: Picture) -> None:
    for who in picture.customers.values():
        assert set(who.profile["segments"]) <= picture.members.keys(), who


def ensure_logs_alternate(picture: Picture, by_id: dict[str, str]) -> None:
    """Ensure that entries and exits alternate in each log, and end with the listed membership."""
    inside: Inside = set()
    for who in picture.customers.values():
        for entry in reversed(who.timeline):
            if entry["type"] in ("segment.entered", "segment.left"):
                _toggle(
                    inside,
                    entry["profile_id"],
                    entry["properties"]["segment"],
                    entry["type"].endswith("entered"),
                )
        now = {by_id[segment] for profile, segment in inside if profile in who.profile["members"]}
        assert now == set(who.profile["segments"]), who


def ensure_published(walk: Walk, picture: Picture, by_id: dict[str, str]) -> None:
    """Ensure that the published events end with the listed memberships, and that each change in a log was published."""
    published = [(event["DetailType"], json.loads(event["Detail"])) for event in walk.deployment.wire.events]
    known = {(profile, by_id[segment]) for profile, segment in members_by_time(published)}
    listed = {(who.id, name) for who in picture.customers.values() for name in who.profile["segments"]}
    assert known == listed, (known - listed, listed - known)
    ensure_each_is_published({detail["id"] for _, detail in published}, picture.customers.values())


def ensure_days_add_up(walk: Walk, picture: Picture) -> None:
    """Ensure that entries minus exits are the number of members, and that no log has more changes than are counted."""
    changes = all_changes(walk.deployment.wire)
    for name, segment in picture.segments.items():
        if name in picture.members:
            inside = changes[f"e:{segment['id']}"] - changes[f"l:{segment['id']}"]
            assert inside == len(picture.members[name]["members"]), (segment, changes)
    logged = Counter(
        ("e:" if entry["type"].endswith("entered") else "l:") + entry["properties"]["segment"]
        for who in picture.customers.values()
        for entry in who.timeline
        if entry["type"] in ("segment.entered", "segment.left")
    )
    assert logged <= changes, (logged - changes, "what an erasure deletes stays counted")


def ensure_each_is_published(published: set[str], customers: Iterable[Customer]) -> None:
    """Ensure that each entry and exit in a log is published, unless a merge only moved the customer to another log."""
    for who in customers:
        for entry in who.timeline:
            merged = entry["properties"].get("reason") == "merged"
            if entry["type"] in ("segment.entered", "segment.left") and not merged:
                segment, _, version = entry["id"].rpartition(":")
                type_ = "Segment Entered" if entry["type"].endswith("entered") else "Segment Left"
                assert f"{entry['profile_id']}:{int(version)}:{type_}:{segment}" in published, entry


def _toggle(inside: Inside, profile: str, segment: str, entered: bool) -> None:
    assert entered == ((profile, segment) not in inside), ("entering and leaving alternate", profile, segment)
    inside.symmetric_difference_update({(profile, segment)})
