"""Shops whose AWS is in memory: the whole product, with a clock that stands still until something happens."""

from collections.abc import Callable, Iterator

import pytest

from crm.services.projection.arrivals import ARRIVALS
from crm.services.projection.left_out import COUNTER
from crm.settings import settings
from tests.support import world
from tests.support.exporting_shop import ExportingShop
from tests.support.segmented_shop import Segmented, shop_with_buyers
from tests.support.shop import BEGIN, Shop
from tests.support.stage import Stage, on_stage
from tests.support.wired_deployment import Clock, empty, wired


@pytest.fixture(scope="module")
def shop_on_wire() -> Iterator[Callable[[], Shop]]:
    """Makes shops whose AWS is memory, and whose clock stands still until something happens."""
    clock = Clock(BEGIN)
    with wired(clock) as wire:

        def open_shop() -> Shop:
            settings.cache_clear()  # another test may have changed them
            clock.now = BEGIN
            COUNTER.clear()
            ARRIVALS.clear()
            wire.start(empty(), {}, {})
            return Shop(wire, clock)

        yield open_shop


@pytest.fixture
def shop(shop_on_wire: Callable[[], Shop]) -> Shop:
    """A shop that has just opened."""
    return shop_on_wire()


@pytest.fixture
def segmented(shop: Shop) -> Segmented:
    """A shop that has just opened, to define segments in."""
    return Segmented(shop)


@pytest.fixture
def shop_of_buyers(shop: Shop) -> Segmented:
    """A shop in which customers have bought, to define segments in."""
    return shop_with_buyers(shop)


@pytest.fixture
def exporting(shop: Shop) -> ExportingShop:
    """A shop that has just opened, to export customers from."""
    return ExportingShop(shop)


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A deployment with every limit on, whose calls of AWS are counted."""
    with on_stage() as stage:
        yield stage


@pytest.fixture
def large_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of the stream and messages are delivered 1,000 at a time."""
    monkeypatch.setattr(world, "BATCH", 1000)
