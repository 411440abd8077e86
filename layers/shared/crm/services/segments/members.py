"""List the members of a segment page by page, and the customers who are kept out of it by hand."""

from itertools import islice
from typing import Any

from crm.domain.api_key import Principal
from crm.domain.card_fields import Card
from crm.domain.conditions.facts import Facts
from crm.domain.errors import ConflictError
from crm.domain.memberships import KEPT_OUT_GROUP, SEGMENT_GROUP, memberships_of
from crm.domain.segments.definition import Segment
from crm.domain.views.profiles import ProfileCardView
from crm.domain.views.segments import MemberRowsView, SegmentMemberView
from crm.services.definitions import tags
from crm.services.profiles import people
from crm.services.profiles.cards import card_view, read_cards
from crm.services.segments import segments
from crm.services.segments.manual_overrides import IN, by_hand
from crm.services.segments.views import count_members
from crm.storage.groups import group_ids

_MAX_READ = 2000
_AT_ONCE = 100

_Position = dict[str, Any]


def members(
    name_or_id: str, viewer: Principal, *, limit: int, cursor: _Position | None, now: int
) -> tuple[MemberRowsView, _Position | None]:
    """Return a page of a segment's members, recognised ones last, by their ids, and where it ends.

    Raises NotFoundError, and ConflictError (`segment_not_ready`) before the first evaluation is complete.
    """
    segment = segments.get(name_or_id)
    if segment.group is None:
        raise ConflictError(
            f"{segment.name} is not ready: it is {segment.state}",
            code="segment_not_ready",
            details={"state": segment.state, "job": segment.job},
        )
    start = (cursor["kind"], cursor["id"]) if cursor else None
    entries = (entry for entry in group_ids(SEGMENT_GROUP, segment.group, start=start) if entry != start)
    found: list[SegmentMemberView] = []
    last: tuple[str, str] | None = None
    looked_at = 0
    while len(found) < limit and looked_at < _MAX_READ:
        chunk = list(islice(entries, min(_AT_ONCE, limit - len(found))))
        if not chunk:
            last = None
            break
        looked_at += len(chunk)
        last = chunk[-1]
        found += _shown(segment, [id_ for _, id_ in chunk], viewer, now)
    more = last is not None and next(entries, None) is not None
    page: MemberRowsView = {"members": found, "state": segment.state, "count": count_members(segment, viewer)}
    return page, {"kind": last[0], "id": last[1]} if last and more else None


def kept_out(
    name_or_id: str, viewer: Principal, *, limit: int, cursor: _Position | None, now: int
) -> tuple[list[ProfileCardView], _Position | None]:
    """Return a page of the customers who are excluded from a segment by hand, and the position of the next page.

    Raises NotFoundError.
    """
    group = (KEPT_OUT_GROUP, segments.get(name_or_id).id)
    start = (cursor["kind"], cursor["id"]) if cursor else None
    entries = (entry for entry in group_ids(*group, start=start) if entry != start)
    chunk = list(islice(entries, limit))
    cards = read_cards([id_ for _, id_ in chunk], now)
    seen = [
        id_ for _, id_ in chunk if group in memberships_of(cards.get(id_)) and viewer.sees_card(cards[id_])
    ]
    names = tags.names({tag for id_ in seen for tag in cards[id_].get("tags", ())})
    more = len(chunk) == limit and next(entries, None) is not None
    position = {"kind": chunk[-1][0], "id": chunk[-1][1]} if more else None
    return [card_view(id_, cards[id_], names, now) for id_ in seen], position


def _shown(segment: Segment, ids: list[str], viewer: Principal, now: int) -> list[SegmentMemberView]:
    cards = read_cards(ids, now)
    seen = [id_ for id_ in ids if _is_member(cards.get(id_), segment) and viewer.sees_card(cards[id_])]
    names = tags.names({tag for id_ in seen for tag in cards[id_].get("tags", ())})
    found = people.find_many(seen)
    return [
        {
            "profile": card_view(id_, cards[id_], names, now),
            "by_hand": id_ in found and by_hand(Facts(found[id_].members), segment.id) == IN,
        }
        for id_ in seen
    ]


def _is_member(card: Card | None, segment: Segment) -> bool:
    """Return whether the card confirms the membership: the index follows it a moment later."""
    return card is not None and (SEGMENT_GROUP, segment.group) in memberships_of(card)
