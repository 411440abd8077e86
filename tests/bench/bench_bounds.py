"""Measure sizes and write units of the largest profiles that public sources can cause, and of their next event."""

import random
import time
from base64 import b64encode
from typing import Any
from uuid import UUID

from crm.domain.times import iso
from tests.bench.figures import Figure
from tests.support.dynamodb.item_size import item_size
from tests.support.dynamodb.memory_table import Change
from tests.support.progress import with_progress
from tests.support.stage import TABLE, Stage, on_stage

NAME = "bounds"
LOG_INS, DEVICES, TRAITS = 5_000, 10_000, 500
AT_ONCE = 100

Message = dict[str, Any]


def run() -> list[Figure]:
    """Measure a kiosk, a user of many devices, and a visitor who sends more traits than are kept."""
    return [*_kiosk(), *_devices(), *_traits()]


def _kiosk() -> list[Figure]:
    with on_stage() as stage:
        messages = [_log_in(number, _id(number), "kiosk") for number in range(LOG_INS)]
        largest = _play(stage, messages, "a kiosk")
        units = _units_of(stage, _log_in(LOG_INS, _id(LOG_INS), "kiosk"))
    return [
        _figure(f"largest item after {LOG_INS:,} log-ins on one device", largest, "bytes", 2_000),
        _figure("one more log-in there", units, "write units", 20),
    ]


def _devices() -> list[Figure]:
    with on_stage() as stage:
        messages = [_log_in(number, "u-1", _id(number)) for number in range(DEVICES)]
        largest = _play(stage, messages, "many devices")
        units = _units_of(stage, _log_in(DEVICES, "u-1", _id(DEVICES)))
    return [
        _figure(f"largest item of a user of {DEVICES:,} devices", largest, "bytes", 16_000),
        _figure("a log-in on one more device", units, "write units", 14),
    ]


def _traits() -> list[Figure]:
    with on_stage() as stage:
        traits = {f"trait_{number:03d}": _incompressible(number) for number in range(TRAITS)}
        names = list(traits)
        messages = [
            _identify(number, {name: traits[name] for name in names[number * 50 : (number + 1) * 50]})
            for number in range(TRAITS // 50)
        ]
        largest = _play(stage, messages, "many traits")
        units = _units_of(stage, _identify(TRAITS, {"trait_new": _incompressible(TRAITS)}))
    return [
        _figure(f"largest item of a visitor who sends {TRAITS} traits", largest, "bytes", 16_000),
        _figure("one more trait of the same visitor", units, "write units", 18),
    ]


def _incompressible(number: int) -> str:
    """Return 400 random characters, which compression cannot shorten: profiles are stored compressed."""
    return b64encode(random.Random(number).randbytes(300)).decode()


def _id(number: int) -> str:
    return str(UUID(int=random.Random(number).getrandbits(128), version=4))


def _log_in(number: int, user: str, device: str) -> Message:
    return _message(number) | {"type": "identify", "userId": user, "anonymousId": device}


def _identify(number: int, traits: dict[str, str]) -> Message:
    return _message(number) | {"type": "identify", "anonymousId": "b-visitor", "traits": traits}


def _message(number: int) -> Message:
    return {"messageId": f"m-{number:06d}", "timestamp": iso(time.time_ns() // 1_000_000 - 60_000)}


def _play(stage: Stage, messages: list[Message], label: str) -> int:
    """Send and project everything; return the bytes of the largest profile that was stored meanwhile."""
    largest = 0
    for start in with_progress(range(0, len(messages), AT_ONCE), label):
        stage.send(messages[start : start + AT_ONCE])
        while changes := stage.store.drain(TABLE):
            largest = max([largest, *map(_profile_bytes, changes)])
            if logged := [change for change in changes if _is_logged(change)]:
                stage.project_changes(logged)
    return largest


def _units_of(stage: Stage, message: Message) -> float:
    stage.meter.reset()
    stage.send([message])
    stage.project()
    return stage.meter.reset().write


def _profile_bytes(change: Change) -> int:
    stored = change.new is not None and change.key["sk"]["S"] == "PROFILE"
    return item_size(change.new) if stored and change.new else 0


def _is_logged(change: Change) -> bool:
    return change.new is not None and str(change.key["sk"]["S"]).startswith("A#")


def _figure(name: str, value: float, unit: str, budget: float) -> Figure:
    return Figure(bench=NAME, name=name, value=value, unit=unit, budget=budget)
