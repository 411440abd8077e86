"""Measure the bytes of a real browser's event in the table, against the message stored unchanged."""

from typing import Any

from tests.bench.figures import Figure
from tests.bench.lifelike import SESSION_START, page_view, track
from tests.bench.naive_store import naive_item
from tests.support.dynamodb.item_size import Item, item_size
from tests.support.stage import TABLE, on_stage

NAME = "stored-size"
ANONYMOUS_ID = "0f4e9b1c-6d1c-4b53-9f0a-6ad1f7c2f3be"


def run() -> list[Figure]:
    """Measure a page view with its whole context, and a product view."""
    page, product = page_view(ANONYMOUS_ID, SESSION_START, 0), track(ANONYMOUS_ID, SESSION_START, 0)
    return [_figure("browser page event", page, 1024), _figure("browser track event", product, 1024)]


def _figure(name: str, message: dict[str, Any], budget: float) -> Figure:
    naive = item_size(naive_item(message).to_dynamodb_dict())
    stored = item_size(stored_item(message))
    return Figure(bench=NAME, name=name, value=stored, unit="bytes", budget=budget, naive=naive)


def stored_item(message: dict[str, Any]) -> Item:
    """Return the activity's item as the real handler stores the message."""
    with on_stage() as stage:
        stage.send([message])
        (item,) = (change.new for change in stage.store.drain(TABLE) if change.new)
    return item
