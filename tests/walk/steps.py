"""Draw the steps of a walk at random, from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.support.wire import FAULTS, PARTLY
from tests.walk.conditions import CONDITIONS
from tests.walk.delivery import PLACES
from tests.walk.orders import CANCELLED, REFUNDED
from tests.walk.people import IDENTITIES
from tests.walk.steps_of_definitions import CHANGES, DROPPED, SEGMENTS, Archive, Change, Decide, Define, Drop
from tests.walk.steps_of_jobs import ACTIONS, SELECTIONS, Bulk, BulkMerge, DropFile, Export, Row
from tests.walk.steps_of_staff import (
    EDITS,
    Delete,
    Edit,
    Erase,
    FinishTask,
    Make,
    Merge,
    Restore,
    Unmerge,
    Write,
)
from tests.walk.steps_of_time import Deliver, Disturbed, ReceiverFails, Rest, Wait
from tests.walk.steps_of_visitors import KINDS, SOURCES, Send, SendAgain, SubmitForm
from tests.walk.walk import Step

MINUTE, HOUR, DAY = 1, 60, 24 * 60
CITIES = ("Rome", "Lugo")
OFTEN = ("vip", "vip", "vip", "b2b", "tag", "on list", "city Rome")
"""Edits that most other steps depend on."""
FEW, MANY = (3, 8), (8, 22)
FAULTY, BUSY, RESTING = 0.08, 0.16, 0.22
"""The shares of steps with a fault, of steps beside concurrent processes, and of rests."""
DEEPEST = 25
"""The last AWS call of a step that may get a fault; most steps make fewer calls."""

DrawStep = Callable[[Random], Step]


def walk_of(seed: int) -> list[Step]:
    """Draw a walk: customers and segments first, then random steps with rests between them and at the end."""
    rng = Random(seed)
    steps = [_arrival(rng) for _ in range(rng.randint(*FEW))]
    steps += [_define(rng) for _ in range(rng.randint(0, 2))]
    steps += [_step(rng) for _ in range(rng.randint(*MANY))]
    return [*steps, Rest()]


def _step(rng: Random) -> Step:
    chance = rng.random()
    if chance < FAULTY:
        faults = [fault for fault in FAULTS if fault != PARTLY]
        return Disturbed(_random_step(rng), at=rng.randint(0, DEEPEST), fault=rng.choice(faults))
    if chance < BUSY:
        others = rng.choice((_deliver, _deliver, _edit, _send))
        return Disturbed(_random_step(rng), at=rng.randint(0, DEEPEST), others=others(rng))
    return Rest() if chance < RESTING else _random_step(rng)


def _random_step(rng: Random) -> Step:
    return rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0](rng)


def _arrival(rng: Random) -> Step:
    return rng.choices((_identify, _send, _file, _make), (6, 2, 1, 1))[0](rng)


def _who(rng: Random) -> int:
    return rng.randrange(len(IDENTITIES))


def _maybe(rng: Random, most: int, chance: float = 0.5) -> int | None:
    return rng.randint(0, most) if rng.random() < chance else None


def _identify(rng: Random) -> Step:
    return _sent(rng, "identify")


def _send(rng: Random) -> Step:
    return _sent(rng, rng.choice(("track", "track", "track", *KINDS)))


def _sent(rng: Random, kind: str) -> Step:
    user = _maybe(rng, 2, 0.6)
    sent = Send(
        kind=kind,
        source=rng.choice(SOURCES),
        user=user,
        browser=rng.randint(0, 1) if user is None else _maybe(rng, 1),
        email=_maybe(rng, 2),
        phone=_maybe(rng, 1, 0.2),
        card=_maybe(rng, 0, 0.1),
        total=rng.choice((None, 3, 12)),
        city=rng.choice((None, *CITIES)),
        ago=rng.choice((0, 0, 0, 0, MINUTE, 2 * HOUR, 3 * DAY, 40 * DAY)),
        skew=rng.choice((0, 0, 0, 0, HOUR, -HOUR, -20 * DAY)),
    )
    # A generator of their own: the other steps of a walk stay the same.
    of_orders = Random(repr(sent))
    fate = of_orders.choice((None, None, None, REFUNDED, REFUNDED, CANCELLED))
    return replace(sent, order=_maybe(of_orders, 1, 0.5), fate=fate)


def _send_again(rng: Random) -> Step:
    return SendAgain(rng.randrange(20))


def _submit(rng: Random) -> Step:
    return SubmitForm(email=_maybe(rng, 2, 0.8), browser=_maybe(rng, 1), agreed=rng.random() < 0.5)


def _edit(rng: Random) -> Step:
    return Edit(_who(rng), rng.choice((*EDITS, *OFTEN)))


def _make(rng: Random) -> Step:
    return Make(_who(rng), vip=rng.random() < 0.3)


def _write(rng: Random) -> Step:
    return Write(_who(rng), task=rng.random() < 0.5)


def _finish(rng: Random) -> Step:
    return FinishTask(_who(rng), deleted=rng.random() < 0.5)


def _merge(rng: Random) -> Step:
    return Merge(_who(rng), _who(rng))


def _unmerge(rng: Random) -> Step:
    return Unmerge(_who(rng), _who(rng))


def _delete(rng: Random) -> Step:
    return Delete(_who(rng))


def _restore(rng: Random) -> Step:
    return Restore(_who(rng))


def _erase(rng: Random) -> Step:
    return Erase(_who(rng), whole=rng.random() < 0.3)


def _define(rng: Random) -> Step:
    return Define(rng.randrange(len(SEGMENTS)), rng.choice(list(CONDITIONS)))


def _archive(rng: Random) -> Step:
    return Archive(rng.randrange(len(SEGMENTS)), archived=rng.random() < 0.5)


def _drop(rng: Random) -> Step:
    return Drop(rng.choice(DROPPED))


def _decide(rng: Random) -> Step:
    return Decide(_who(rng), rng.randrange(len(SEGMENTS)), rng.choice((True, False, None)))


def _change(rng: Random) -> Step:
    return Change(rng.choice(list(CHANGES)))


def _bulk(rng: Random) -> Step:
    return Bulk(rng.choice(list(ACTIONS)), rng.choice(list(SELECTIONS)))


def _bulk_merge(rng: Random) -> Step:
    return BulkMerge(tuple(rng.sample(range(len(IDENTITIES)), 3)))


def _export(rng: Random) -> Step:
    return Export(rng.choice(list(SELECTIONS)))


def _row(rng: Random) -> Row:
    return Row(
        email=_maybe(rng, 2, 0.7),
        phone=_maybe(rng, 1, 0.3),
        user=_maybe(rng, 2, 0.3),
        city=rng.choice(("", *CITIES)),
        tags=rng.choice(("", "hot", "new; cold")),
        newsletter=rng.choice(("", "yes", "no")),
    )


def _file(rng: Random) -> Step:
    return DropFile(tuple(_row(rng) for _ in range(rng.randint(1, 3))))


def _wait(rng: Random) -> Step:
    return Wait(rng.choice((HOUR, 20 * HOUR, 6 * DAY, 15 * DAY)))


def _deliver(rng: Random) -> Step:
    place = rng.choice((*PLACES, "project_profiles", "jobs"))
    return Deliver(place, at=rng.randrange(4), most=rng.randint(1, 5), twice=rng.random() < 0.3)


def _receiver_fails(rng: Random) -> Step:
    return ReceiverFails(rng.randint(1, 3))


WEIGHTS: dict[DrawStep, int] = {
    _identify: 5,
    _send: 6,
    _send_again: 2,
    _submit: 1,
    _edit: 9,
    _make: 1,
    _write: 2,
    _finish: 1,
    _merge: 3,
    _unmerge: 3,
    _delete: 1,
    _restore: 1,
    _erase: 1,
    _define: 4,
    _archive: 1,
    _drop: 1,
    _decide: 2,
    _change: 1,
    _bulk: 3,
    _bulk_merge: 1,
    _export: 1,
    _file: 1,
    _wait: 3,
    _deliver: 5,
    _receiver_fails: 1,
}
"""The weight of each kind of step."""
