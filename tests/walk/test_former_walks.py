"""Regression tests: shortened walks that failed once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.thoroughness import some_of
from tests.walk.deployment import Deployment
from tests.walk.steps_of_definitions import Define
from tests.walk.steps_of_jobs import DropFile, Row
from tests.walk.steps_of_staff import Delete, Edit, Erase, Make, Unmerge, Write
from tests.walk.steps_of_time import Deliver, Disturbed, Rest
from tests.walk.steps_of_visitors import Send
from tests.walk.walk import Step, Walk

WALKS: dict[str, list[Step]] = {
    "rows about one customer, whose profile is counted by definitions": [
        Send(kind="identify", phone=0, user=0),
        DropFile((Row(email=0, phone=0, city="Lugo"), Row(email=2, phone=0, user=0, tags="hot"))),
    ],
    "an erasure that leaves what a public source joined": [
        Send(kind="identify", browser=0, email=2),
        Send(kind="identify", user=0, email=2),
        Erase(4),
    ],
    "a limited key that may not see what a public source joined": [
        Make(8, vip=True),
        Edit(8, "user"),
        Send(kind="identify", user=2, email=0, card=0),
        Deliver("project_profiles", most=3),
        Unmerge(3, 9),
    ],
    "an erasure right after segments were entered and left, whose instants ran ahead of the clock": [
        DropFile((Row(email=2, phone=0, tags="hot"),)),
        DropFile((Row(email=2, user=1, city="Rome", tags="hot", newsletter="no"),)),
        Define(0, "hot"),
        Erase(4),
    ],
    "a profile that enters a segment with its ninth version and leaves it with its tenth, in one instant": [
        Send(kind="track", user=0, browser=1),
        Send(kind="identify", browser=1, phone=1),
        Send(kind="track", browser=0),
        DropFile(
            (
                Row(email=0, user=0, city="Rome", tags="new; cold", newsletter="yes"),
                Row(email=2, tags="new; cold", newsletter="no"),
            )
        ),
        Define(1, "may be mailed"),
        Disturbed(Write(1, task=False), 1, None, Deliver("project_profiles", at=3, most=1)),
        Send(kind="identify", source="mobile", user=0, browser=0, email=2, ago=1),
        Delete(8),
        Send(kind="identify", source="mobile", user=1, email=2, total=12, ago=4320, skew=60),
        Send(kind="track", user=0, browser=0, phone=0, total=12, city="Rome"),
    ],
}


@pytest.mark.parametrize("name", some_of(list(WALKS), one_in=3))
def test_all_views_agree_after_a_walk_that_failed_once(
    deployment: Callable[[], Deployment], name: str
) -> None:
    Walk(deployment()).take([*WALKS[name], Rest()])
