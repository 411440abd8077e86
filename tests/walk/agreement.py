"""Compare all views of a deployment at rest: lists, profiles, timelines, counts, exports and jobs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from crm.services.projection.deployment import id_of
from tests.walk.agreement_of_segments import ensure_segments_agree
from tests.walk.agreement_outside import ensure_changes_are_delivered, ensure_erased_data_is_gone
from tests.walk.orders import completed, revenue
from tests.walk.people import IDENTITIES, NAME_OF_OTHERS, NAME_OF_USERS, USERS
from tests.walk.picture import Customer, Json, Picture, take_picture
from tests.walk.walk import Walk

SORTS = ("name", "-email", "created", "-last_transaction")
SHOWN = ("city", "first_name", "last_name")
SAME = ("id", "kind", "tags", "classes", "responsible", "first_seen", "last_seen", "last_transaction_at")


def ensure_agreement(walk: Walk) -> None:
    """Compare all views. Raises AssertionError where two of them differ."""
    picture = take_picture(walk.deployment, walk.deployment.prepared.admin)
    ensure_lists_agree(walk, picture)
    for card in picture.everybody:
        ensure_views_agree(card, picture.customers[card["id"]], picture.exported[card["id"]])
    ensure_identities_agree(walk, picture)
    ensure_timelines_agree(walk, picture)
    ensure_groups_agree(walk, picture)
    ensure_segments_agree(walk, picture)
    ensure_changes_are_delivered(walk, picture)
    ensure_erased_data_is_gone(walk)
    ensure_jobs_are_over(walk)
    ensure_limited_key_sees_its_class(walk, picture)


def ensure_lists_agree(walk: Walk, picture: Picture) -> None:
    """Ensure that each customer is once in one list, in each sort order, in the counts and in the export."""
    listed = {kind: ids(cards) for kind, cards in picture.listed.items()}
    everybody = listed["recognised"] + listed["anonymous"]
    assert len(set(everybody + listed["deleted"])) == len(everybody + listed["deleted"]), listed
    assert sorted(ids(picture.everybody)) == sorted(everybody) == sorted(picture.exported)
    assert picture.stats == {
        "recognised": len(listed["recognised"]),
        "anonymous": len(listed["anonymous"]),
        "total": len(everybody),
    }
    for sort in SORTS:
        page = walk.deployment.read("/v1/profiles", sort=sort, limit=1000)
        assert sorted(ids(page["profiles"])) == sorted(listed["recognised"]), sort
    active = [card["last_seen"] or card["first_seen"] for card in picture.everybody]
    assert active == sorted(active, reverse=True), active


def ensure_views_agree(card: Json, customer: Customer, row: Json) -> None:
    """Ensure that the card of the list, the profile and the row of the export agree."""
    profile = customer.profile
    assert {name: card[name] for name in SAME} == {name: profile[name] for name in SAME}
    attributes = profile["attributes"]
    assert {name: card[name] for name in SHOWN} == {name: attributes.get(name) for name in SHOWN}
    consents = {name: consent["state"] for name, consent in profile["consents"].items()}
    assert card["consents"] == consents
    for name in ("kind", "responsible", "first_seen", "last_seen", "last_transaction_at"):
        assert row[name] == profile[name], name
    for name in ("tags", "lists", "segments", "classes"):
        assert sorted(row[name] or []) == sorted(profile[name]), name
    for name, value in attributes.items():
        assert row.get(name) == value or name in ("email", "phone"), name
    assert row.get("consent:email") == consents.get("email")
    totals = profile["totals"]
    assert (row["activities"], row["orders"], row["revenue"]) == (
        totals["activities"],
        totals["orders"],
        totals["revenue"],
    )


def ensure_identities_agree(walk: Walk, picture: Picture) -> None:
    """Ensure that an identity has one customer, and that it and the id of each member lead there."""
    held = [
        (i["type"], i["value"], c.id) for c in picture.customers.values() for i in c.profile["identities"]
    ]
    owners = {(type_, value): id_ for type_, value, id_ in held}
    assert len(owners) == len(held), held
    members = Counter(member for c in picture.customers.values() for member in c.profile["members"])
    assert set(members.values()) <= {1}, members
    for identity in IDENTITIES:
        found = walk.deployment.ask("GET", f"/v1/identities/{identity.type}/{identity.value}")
        owner = found.body["id"] if found.status == 200 else None
        assert owner == owners.get((identity.type, identity.value)), (identity, found)


def ensure_timelines_agree(walk: Walk, picture: Picture) -> None:
    """Ensure that each accepted event is once in one timeline, and that timelines are sorted and equal the totals."""
    shown = Counter(entry["id"] for c in picture.customers.values() for entry in c.timeline)
    known = walk.known
    sure = known.accepted - known.erased - known.doubtful
    twice = {id_: shown[id_] for id_ in known.accepted if shown[id_] > 1}
    assert not twice, twice
    assert not {id_ for id_ in known.erased if shown[id_]}, "the erased are told of"
    if not picture.listed["deleted"]:
        assert not sorted(sure - shown.keys()), "an accepted event is lost"
    for customer in picture.customers.values():
        instants = [entry["occurred_at"] for entry in customer.timeline]
        assert instants == sorted(instants, reverse=True), customer.id
        assert {entry["profile_id"] for entry in customer.timeline} <= set(customer.profile["members"])
        ensure_totals_agree(customer)
        ensure_names_are_unchanged(customer)


def ensure_totals_agree(customer: Customer) -> None:
    """Ensure that the totals and the values of a profile are those of its timeline."""
    totals = customer.profile["totals"]
    assert (totals["orders"], totals["revenue"]) == (len(completed(customer)), revenue(customer)), customer
    pages = [entry for entry in customer.timeline if entry["type"] in ("page", "screen")]
    assert totals["pages"] == len(pages), customer


def ensure_names_are_unchanged(customer: Customer) -> None:
    """Ensure that a name sent with only a browser or a phone is not the name of a customer with a user id."""
    users = {id_of(identity) for identity in USERS}
    names = [
        entry["properties"].get("first_name")
        for entry in customer.timeline
        if entry["type"] == "identify" and entry["profile_id"] in users
    ]
    if NAME_OF_USERS in names:
        assert customer.profile["attributes"].get("first_name") != NAME_OF_OTHERS, customer


def ensure_groups_agree(walk: Walk, picture: Picture) -> None:
    """Ensure that lists, counts and profiles agree on tags, lists, classes, responsible users and consents."""
    for name, found in picture.tags.items():
        ensure_group(
            walk, picture, f"tag={name}", found["count"], lambda who, name=name: name in who.profile["tags"]
        )
    for name, found in picture.lists.items():
        ensure_group(
            walk, picture, f"list={name}", found["count"], lambda who, name=name: name in who.profile["lists"]
        )
    ensure_names_agree(picture)
    for name in ("vip", "b2b"):
        ensure_group(
            walk, picture, f"class={name}", None, lambda who, name=name: name in who.profile["classes"]
        )
    for name in ("grace", "iris"):
        ensure_group(
            walk,
            picture,
            f"responsible={name}",
            None,
            lambda who, name=name: who.profile["responsible"] == name,
        )
    ensure_group(
        walk,
        picture,
        "consent=email:granted",
        None,
        lambda who: who.profile["consents"].get("email", {}).get("state") == "granted",
    )
    tasks = [task for who in picture.customers.values() for task in who.tasks]
    waiting = sorted(task["id"] for task in tasks if task["status"] in ("open", "in_progress"))
    assert sorted(task["id"] for task in picture.tasks) == waiting
    noted = Counter(note["id"] for who in picture.customers.values() for note in who.notes)
    assert set(noted.values()) <= {1}, noted


def ensure_names_agree(picture: Picture) -> None:
    """Ensure that classes and responsible users are listed with the number of profiles that have them."""
    profiles = [who.profile for who in picture.customers.values()]
    assert picture.classes == Counter(name for profile in profiles for name in profile["classes"])
    assert picture.responsibles == Counter(p["responsible"] for p in profiles if p["responsible"])


def ensure_group(walk: Walk, picture: Picture, asked: str, count: int | None, belongs: Any) -> None:
    """Ensure that a filter of the list and its count agree with the profiles."""
    name, _, value = asked.partition("=")
    members = {who.id: who.profile["kind"] for who in picture.customers.values() if belongs(who)}
    for kind in ("recognised", "anonymous"):
        listed = walk.deployment.read("/v1/profiles", kind=kind, limit=1000, **{name: value})["profiles"]
        assert sorted(ids(listed)) == sorted(id_ for id_, of in members.items() if of == kind), asked
    assert count is None or count == len(members), (asked, count, members)


def ensure_jobs_are_over(walk: Walk) -> None:
    """Ensure that no job waits, runs or has failed."""
    jobs = walk.deployment.read("/v1/jobs", limit=1000)["jobs"]
    assert {job["state"] for job in jobs} <= {"done"}, [job for job in jobs if job["state"] != "done"]


def ensure_limited_key_sees_its_class(walk: Walk, picture: Picture) -> None:
    """Ensure that a limited key sees the customers of its class completely, and no other customer."""
    seen = take_picture(walk.deployment, walk.deployment.prepared.limited)
    vips = {id_: who for id_, who in picture.customers.items() if "vip" in who.profile["classes"]}
    own = {id_: who for id_, who in vips.items() if id_ in seen.customers}
    assert seen.customers == own
    for id_ in vips.keys() - own.keys():
        report = walk.deployment.read(f"/v1/profiles/{id_}/export")
        assert report["left_out"], "hidden, although no public source has joined anything"
    for kind in ("recognised", "anonymous"):
        assert seen.listed[kind] == [card for card in picture.listed[kind] if card["id"] in own], kind
    in_trash = [card for card in picture.listed["deleted"] if "vip" in card["classes"]]
    assert all(card in in_trash for card in seen.listed["deleted"])
    assert seen.everybody == [card for card in picture.everybody if card["id"] in own]
    assert seen.stats["total"] == len(own)
    assert {id_: _row(row) for id_, row in seen.exported.items()} == {
        id_: _row(picture.exported[id_]) for id_ in own
    }
    assert [task for task in picture.tasks if task["profile_id"] in _members(own)] == seen.tasks
    ensure_names_agree(seen)
    for name, tag in seen.tags.items():
        assert tag["count"] == sum(name in who.profile["tags"] for who in own.values()), name
    for name, found in seen.lists.items():
        assert found["count"] == sum(name in who.profile["lists"] for who in own.values()), name
    for name, found in seen.members.items():
        inside = [m for m in picture.members[name]["members"] if m["profile"]["id"] in own]
        assert (found["members"], found["count"]) == (inside, len(inside)), name
    for id_ in picture.customers.keys() - own.keys():
        assert (
            walk.deployment.ask("GET", f"/v1/profiles/{id_}", key=walk.deployment.prepared.limited).status
            == 404
        )


def _members(customers: dict[str, Customer]) -> set[str]:
    return {member for who in customers.values() for member in who.profile["members"]} | customers.keys()


def _row(row: Json) -> Json:
    """Return a row as the export has it, which omits columns that are empty for all customers."""
    return {name: value for name, value in row.items() if value is not None}


def ids(cards: list[Json]) -> list[str]:
    return [card["id"] for card in cards]
