"""Move blocks to pages, so that the profile's item stays small."""

from crm.domain.daily.block import block_of
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.daily.replace_days import merge_tail


def move_large_blocks(
    counted: DailyCounts, today: int, inline_bytes: int, largest: int, generation: str
) -> None:
    """Move to pages what is too large to stay inline.

    Blocks in the future of `today` are moved first, the last one first, then the oldest ones; the newest block
    only where it exceeds the maximum. A first page begins a generation.
    """
    now = max((n for n in counted.blocks if n <= block_of(today)), default=max(counted.blocks, default=0))
    sizes = {number: len(block.encoded(counted.names)) for number, block in counted.blocks.items()}
    order = sorted(n for n in sizes if n > now)[::-1] + sorted(n for n in sizes if n < now)
    total = sum(sizes[number] for number in order)
    for number in order:
        if total <= inline_bytes:
            break
        _move(counted, number, generation)
        total -= sizes[number]
    if sizes.get(now, 0) > largest:
        _move(counted, now, generation)


def _move(counted: DailyCounts, number: int, generation: str) -> None:
    if counted.tail is not None and block_of(counted.tail.day) == number:
        merge_tail(counted)
    counted.move_to_page(number, generation)
