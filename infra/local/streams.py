"""Patch the emulator to keep DynamoDB streams over a restart.

It saves how far each function has read a stream, but not the stream itself: after a restart, the functions would wait
for records beyond a position that the new stream has not reached, and unread records would be lost.
"""

import copy
from typing import Any

STREAMS = "_stream_records", "_stream_trimmed"
POSITIONS = "dynamodb_stream_positions"


def persist(dynamodb: Any, lambdas: Any) -> None:
    """Make the two modules of the emulator save and load the streams with the tables."""
    save, load, load_lambdas = dynamodb.get_state, dynamodb.load_persisted_state, lambdas.load_persisted_state
    loaded: dict[str, Any] = {}

    def get_state() -> dict[str, Any]:
        # Positions first: a record that is read in between is delivered again instead of being skipped.
        kept = {POSITIONS: copy.deepcopy(lambdas._dynamodb_stream_positions)}
        kept |= {name: copy.deepcopy(getattr(dynamodb, name)) for name in STREAMS}
        return {**kept, **save()}

    def load_tables(state: dict[str, Any]) -> None:
        load(state)
        loaded[POSITIONS] = state.get(POSITIONS, {})
        for name in STREAMS:
            getattr(dynamodb, name).update(state.get(name, {}))

    def load_functions(state: dict[str, Any]) -> None:
        load_lambdas({**state, POSITIONS: loaded.get(POSITIONS, {})})

    dynamodb.get_state, dynamodb.load_persisted_state = get_state, load_tables
    lambdas.load_persisted_state = load_functions
