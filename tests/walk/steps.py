"""Which steps a walk takes, and how often."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.integration.faults import DIE_AFTER, DIE_BEFORE, FAILED, LATE, OUTAGE, THROTTLED
from tests.walk.conditions import CONDITIONS
from tests.walk.delivery import PLACES
from tests.walk.people import EVERYBODY
from tests.walk.steps_of_definitions import CHANGES, DROPPED, SEGMENTS, Archive, Change, Decide, Define, Drop
from tests.walk.steps_of_jobs import ACTIONS, SELECTIONS, Bulk, BulkMerge, DropFile, Export, Row
from tests.walk.steps_of_staff import EDITS, Delete, Edit, Erase, FinishTask, Make, Merge, Restore, Unmerge, Write
from tests.walk.steps_of_time import Amid, Deliver, ReceiverFails, Rest, Wait
from tests.walk.steps_of_visitors import KINDS, SOURCES, Send, SendAgain, SubmitForm
from tests.walk.walk import Step

MINUTE, HOUR, DAY = 1, 60, 24 * 60
WHO = st.integers(0, len(EVERYBODY) - 1)
CITIES = ("Rome", "Lugo")


def _number(most: int) -> SearchStrategy[int | None]:
    return st.none() | st.integers(0, most)


_CARRIED = {"user": _number(2), "browser": _number(2)}
_TIMES = {
    "ago": st.sampled_from((0, 0, 0, MINUTE, 2 * HOUR, 3 * DAY, 40 * DAY)),
    "skew": st.sampled_from((0, 0, 0, HOUR, -HOUR, -20 * DAY)),
}
_SOURCE = st.sampled_from(SOURCES)
_IDENTIFY = st.builds(
    Send,
    kind=st.just("identify"),
    source=_SOURCE,
    **_CARRIED,
    email=_number(2),
    phone=_number(1),
    card=st.none() | st.just(0),
    city=st.none() | st.sampled_from(CITIES),
    **_TIMES,
)
_TRACK = st.builds(
    Send, kind=st.just("track"), source=_SOURCE, **_CARRIED, total=st.none() | st.sampled_from((3, 12)), **_TIMES
)
_OTHERS = st.builds(Send, kind=st.sampled_from(KINDS), source=_SOURCE, **_CARRIED, **_TIMES)
_ROW = st.builds(
    Row,
    email=_number(2),
    phone=_number(1),
    user=_number(2),
    city=st.sampled_from(("", *CITIES)),
    tags=st.sampled_from(("", "hot", "new; cold")),
    newsletter=st.sampled_from(("", "yes", "no")),
)
DELIVER = st.builds(
    Deliver, st.sampled_from(PLACES), at=st.integers(0, 3), most=st.integers(1, 5), twice=st.booleans()
)
_EDIT = st.builds(Edit, WHO, st.sampled_from(sorted(EDITS)))
_DEFINE = st.builds(Define, st.integers(0, len(SEGMENTS) - 1), st.sampled_from(sorted(CONDITIONS)))
_PLAIN: tuple[tuple[int, SearchStrategy[Step]], ...] = (
    (5, _IDENTIFY),
    (4, _TRACK),
    (1, _OTHERS),
    (2, st.builds(SendAgain, st.integers(0, 20))),
    (1, st.builds(SubmitForm, email=_number(2), browser=_number(2), agreed=st.booleans())),
    (5, _EDIT),
    (1, st.builds(Make, WHO, vip=st.booleans())),
    (1, st.builds(Write, WHO, task=st.booleans())),
    (1, st.builds(FinishTask, WHO, deleted=st.booleans())),
    (2, st.builds(Merge, WHO, WHO)),
    (2, st.builds(Unmerge, WHO, WHO)),
    (1, st.builds(Delete, WHO)),
    (1, st.builds(Restore, WHO)),
    (1, st.builds(Erase, WHO)),
    (3, _DEFINE),
    (1, st.builds(Archive, st.integers(0, len(SEGMENTS) - 1), archived=st.booleans())),
    (1, st.builds(Drop, st.sampled_from(DROPPED))),
    (1, st.builds(Decide, WHO, st.integers(0, len(SEGMENTS) - 1), st.sampled_from((True, False, None)))),
    (1, st.builds(Change, st.sampled_from(sorted(CHANGES)))),
    (2, st.builds(Bulk, st.sampled_from(sorted(ACTIONS)), st.sampled_from(sorted(SELECTIONS)))),
    (1, st.builds(BulkMerge, st.tuples(WHO, WHO, WHO))),
    (1, st.builds(Export, st.sampled_from(sorted(SELECTIONS)))),
    (1, st.builds(DropFile, st.lists(_ROW, min_size=1, max_size=3).map(tuple))),
    (2, st.builds(Wait, st.sampled_from((HOUR, 20 * HOUR, 6 * DAY, 15 * DAY)))),
    (4, DELIVER),
    (1, st.builds(ReceiverFails, st.integers(1, 3))),
)
PLAIN = st.one_of([strategy for weight, strategy in _PLAIN for _ in range(weight)])
TROUBLED = st.one_of(
    st.builds(
        Amid,
        PLAIN,
        at=st.integers(0, 20),
        fault=st.sampled_from((DIE_BEFORE, DIE_AFTER, THROTTLED, OUTAGE, FAILED, LATE)),
    ),
    st.builds(Amid, PLAIN, at=st.integers(0, 20), others=DELIVER | _EDIT | _TRACK),
)


def walks() -> SearchStrategy[list[Step]]:
    """Up to thirty steps, with a rest among them now and then."""
    step = st.one_of(*[PLAIN] * 12, *[TROUBLED] * 4, st.builds(Rest))
    return st.lists(step, min_size=5, max_size=30)
