"""Lists and counts of groups and orders equal the cards, also after deaths of processes."""

from crm.domain.activity import EDITED, ENTERED, LEFT, TAGGED, Activity
from crm.domain.effect_fields import Effects
from crm.domain.identity import Identity
from crm.domain.segments.membership_activity import one_by_one
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.profiles.people import Person
from crm.services.projection.deployment import deployed_projector
from crm.storage.groups import count_group, group_ids
from crm.storage.orders import in_order
from crm.storage.profiles import ProfileTable
from tests.support.rule_sets import build_rule_set, defined
from tests.support.shop import Shop

NOW = 1_795_289_400_000
ANA, BEN = Identity("email", "ana@example.com"), Identity("email", "ben@example.com")

SEGMENTS = [f"seg_{number:012x}" for number in range(120)]


def created(identity: Identity, **attributes: str) -> Person:
    return append_edit.create(
        identity, Edit(type=EDITED, effects={"attributes": attributes}), by="key:1", now=NOW
    )


def tagged(person: Person, *tags: str, on: bool = True) -> Person:
    effects: Effects = {"tags": dict.fromkeys(tags, True if on else None)}
    return append_edit.apply(person, Edit(type=TAGGED, effects=effects), by="key:1", now=NOW)


def project_again(profile_id: str) -> None:
    deployed_projector().project(profile_id, ())


def segment_changes_of(profile_id: str) -> dict[str, list[str]]:
    """Return the segment activities of a log by segment, in the order in which they were written."""
    published: dict[str, list[str]] = {}
    for activity in sorted(one_by_one(ProfileTable().activities(profile_id, 0, 1 << 60)), key=version_of):
        if activity.type in {ENTERED, LEFT}:
            published.setdefault(str(activity.name), []).append(activity.type)
    return published


def version_of(activity: Activity) -> int:
    number = activity.message_id.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def test_a_tag_is_listed_and_counted_once_the_stream_is_read(shop: Shop) -> None:
    ana, ben = created(ANA), created(BEN)
    tagged(tagged(ana, "vip", "new"), "new", on=False)
    tagged(ben, "vip")
    shop.world.settle()
    assert [id_ for _, id_ in group_ids("tag", "vip")] == sorted([ana.id, ben.id])
    assert (count_group("tag", "vip"), count_group("tag", "new")) == (2, 0)


def test_recognised_profiles_are_listed_by_name_without_regard_to_case(shop: Shop) -> None:
    ana, ben = created(ANA, name="álvaro Zamora"), created(BEN, first_name="ben", last_name="ÅS")
    assert list(in_order("name", descending=False)) == [("ben ås", ben.id), ("álvaro zamora", ana.id)]
    assert [id_ for _, id_ in in_order("name", descending=True, start=("ben ås", ben.id))] == [ben.id]


def test_more_tags_than_fit_into_a_transaction_are_counted(shop: Shop) -> None:
    tags = [f"t{n}" for n in range(120)]
    ana = tagged(created(ANA), *tags)
    assert [count_group("tag", tag) for tag in tags] == [0] * len(tags)
    shop.world.settle()
    assert [count_group("tag", tag) for tag in tags] == [1] * len(tags)
    tagged(ana, *tags, on=False)
    shop.world.settle()
    assert [count_group("tag", tag) for tag in tags] == [0] * len(tags)


def test_more_segments_than_fit_into_a_transaction_are_entered_and_left_once_each(shop: Shop) -> None:
    recognised = build_rule_set(len(SEGMENTS), lambda _at: {"type": "kind", "kind": "recognised"})
    anonymous = build_rule_set(len(SEGMENTS), lambda _at: {"type": "kind", "kind": "anonymous"}, version=2)
    with defined(recognised):
        ana = created(ANA)
        shop.world.settle()
    assert segment_changes_of(ana.id) == {id_: [ENTERED] for id_ in SEGMENTS}
    with defined(anonymous):
        project_again(ana.id)
        project_again(ana.id)
        shop.world.settle()
    assert segment_changes_of(ana.id) == {id_: [ENTERED, LEFT] for id_ in SEGMENTS}
    assert sum(count_group("segment", f"{id_}.1") for id_ in SEGMENTS) == 0


def test_a_merged_profile_is_not_listed(shop: Shop) -> None:
    ana, ben = tagged(created(ANA, name="A"), "vip"), tagged(created(BEN, name="B"), "new")
    first, second = sorted((ana.root, ben.root), key=lambda root: root.id)
    assert second.identity
    links = [[*second.identity, True]]
    owner = next(person for person in (ana, ben) if person.root is first)
    person = append_edit.apply(
        owner, Edit(type="profile.merged", effects={"links": links}), by="key:1", now=NOW + 1
    )
    shop.world.settle()
    assert [id_ for _, id_ in in_order("email", descending=False)] == [person.root.id]
    assert [list(group_ids("tag", tag)) for tag in ("vip", "new")] == [[("recognised", person.root.id)]] * 2
