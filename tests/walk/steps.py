"""Which steps a walk takes: thrown with dice, from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.support.wire import FAULTS, PARTLY
from tests.walk.conditions import CONDITIONS
from tests.walk.delivery import PLACES
from tests.walk.orders import CANCELLED, REFUNDED
from tests.walk.people import EVERYBODY
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
from tests.walk.steps_of_time import Amid, Deliver, ReceiverFails, Rest, Wait
from tests.walk.steps_of_visitors import KINDS, SOURCES, Send, SendAgain, SubmitForm
from tests.walk.walk import Step

MINUTE, HOUR, DAY = 1, 60, 24 * 60
CITIES = ("Rome", "Lugo")
OFTEN = ("vip", "vip", "vip", "b2b", "tag", "on list", "city Rome")
"""Edits that most other steps look at."""
FEW, MANY = (3, 8), (8, 22)
FAULTY, BUSY, RESTING = 0.08, 0.16, 0.22
"""Of the steps so many meet a fault; so many more, others who are busy; so many more are rests."""
DEEPEST = 25
"""The last AWS call of a step at which something happens; most steps make fewer."""

Throw = Callable[[Random], Step]


def walk_of(seed: int) -> list[Step]:
    """People come, segments are defined, then anything happens, with a rest now and then, and at the end."""
    dice = Random(seed)
    steps = [_arrival(dice) for _ in range(dice.randint(*FEW))]
    steps += [_define(dice) for _ in range(dice.randint(0, 2))]
    steps += [_step(dice) for _ in range(dice.randint(*MANY))]
    return [*steps, Rest()]


def _step(dice: Random) -> Step:
    chance = dice.random()
    if chance < FAULTY:
        faults = [fault for fault in FAULTS if fault != PARTLY]
        return Amid(_anything(dice), at=dice.randint(0, DEEPEST), fault=dice.choice(faults))
    if chance < BUSY:
        others = dice.choice((_deliver, _deliver, _edit, _send))
        return Amid(_anything(dice), at=dice.randint(0, DEEPEST), others=others(dice))
    return Rest() if chance < RESTING else _anything(dice)


def _anything(dice: Random) -> Step:
    return dice.choices(list(ANYTHING), list(ANYTHING.values()))[0](dice)


def _arrival(dice: Random) -> Step:
    return dice.choices((_identify, _send, _file, _make), (6, 2, 1, 1))[0](dice)


def _who(dice: Random) -> int:
    return dice.randrange(len(EVERYBODY))


def _maybe(dice: Random, most: int, chance: float = 0.5) -> int | None:
    return dice.randint(0, most) if dice.random() < chance else None


def _identify(dice: Random) -> Step:
    return _sent(dice, "identify")


def _send(dice: Random) -> Step:
    return _sent(dice, dice.choice(("track", "track", "track", *KINDS)))


def _sent(dice: Random, kind: str) -> Step:
    user = _maybe(dice, 2, 0.6)
    sent = Send(
        kind=kind,
        source=dice.choice(SOURCES),
        user=user,
        browser=dice.randint(0, 1) if user is None else _maybe(dice, 1),
        email=_maybe(dice, 2),
        phone=_maybe(dice, 1, 0.2),
        card=_maybe(dice, 0, 0.1),
        total=dice.choice((None, 3, 12)),
        city=dice.choice((None, *CITIES)),
        ago=dice.choice((0, 0, 0, 0, MINUTE, 2 * HOUR, 3 * DAY, 40 * DAY)),
        skew=dice.choice((0, 0, 0, 0, HOUR, -HOUR, -20 * DAY)),
    )
    # Dice of their own: what else happens on a walk stays as it is.
    of_orders = Random(repr(sent))
    fate = of_orders.choice((None, None, None, REFUNDED, REFUNDED, CANCELLED))
    return replace(sent, order=_maybe(of_orders, 1, 0.5), fate=fate)


def _send_again(dice: Random) -> Step:
    return SendAgain(dice.randrange(20))


def _submit(dice: Random) -> Step:
    return SubmitForm(email=_maybe(dice, 2, 0.8), browser=_maybe(dice, 1), agreed=dice.random() < 0.5)


def _edit(dice: Random) -> Step:
    return Edit(_who(dice), dice.choice((*EDITS, *OFTEN)))


def _make(dice: Random) -> Step:
    return Make(_who(dice), vip=dice.random() < 0.3)


def _write(dice: Random) -> Step:
    return Write(_who(dice), task=dice.random() < 0.5)


def _finish(dice: Random) -> Step:
    return FinishTask(_who(dice), deleted=dice.random() < 0.5)


def _merge(dice: Random) -> Step:
    return Merge(_who(dice), _who(dice))


def _unmerge(dice: Random) -> Step:
    return Unmerge(_who(dice), _who(dice))


def _delete(dice: Random) -> Step:
    return Delete(_who(dice))


def _restore(dice: Random) -> Step:
    return Restore(_who(dice))


def _erase(dice: Random) -> Step:
    return Erase(_who(dice), whole=dice.random() < 0.3)


def _define(dice: Random) -> Step:
    return Define(dice.randrange(len(SEGMENTS)), dice.choice(list(CONDITIONS)))


def _archive(dice: Random) -> Step:
    return Archive(dice.randrange(len(SEGMENTS)), archived=dice.random() < 0.5)


def _drop(dice: Random) -> Step:
    return Drop(dice.choice(DROPPED))


def _decide(dice: Random) -> Step:
    return Decide(_who(dice), dice.randrange(len(SEGMENTS)), dice.choice((True, False, None)))


def _change(dice: Random) -> Step:
    return Change(dice.choice(list(CHANGES)))


def _bulk(dice: Random) -> Step:
    return Bulk(dice.choice(list(ACTIONS)), dice.choice(list(SELECTIONS)))


def _bulk_merge(dice: Random) -> Step:
    return BulkMerge(tuple(dice.sample(range(len(EVERYBODY)), 3)))


def _export(dice: Random) -> Step:
    return Export(dice.choice(list(SELECTIONS)))


def _row(dice: Random) -> Row:
    return Row(
        email=_maybe(dice, 2, 0.7),
        phone=_maybe(dice, 1, 0.3),
        user=_maybe(dice, 2, 0.3),
        city=dice.choice(("", *CITIES)),
        tags=dice.choice(("", "hot", "new; cold")),
        newsletter=dice.choice(("", "yes", "no")),
    )


def _file(dice: Random) -> Step:
    return DropFile(tuple(_row(dice) for _ in range(dice.randint(1, 3))))


def _wait(dice: Random) -> Step:
    return Wait(dice.choice((HOUR, 20 * HOUR, 6 * DAY, 15 * DAY)))


def _deliver(dice: Random) -> Step:
    place = dice.choice((*PLACES, "project_profiles", "jobs"))
    return Deliver(place, at=dice.randrange(4), most=dice.randint(1, 5), twice=dice.random() < 0.3)


def _receiver_fails(dice: Random) -> Step:
    return ReceiverFails(dice.randint(1, 3))


ANYTHING: dict[Throw, int] = {
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
"""How often each kind of step is taken."""
