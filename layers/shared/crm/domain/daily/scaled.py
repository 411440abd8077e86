"""Numbers in millionths, without the zeros that all of them end in: amounts of money take two decimals."""

from collections.abc import Sequence

from crm.domain.daily.numbers import get_column, put_column

_POWERS = tuple(10**power for power in range(7))


def put_scaled(out: bytearray, numbers: Sequence[int]) -> None:
    """Append the power of ten that divides all numbers, and what is left of them."""
    power = len(_POWERS) - 1
    for number in numbers:
        while number % _POWERS[power]:
            power -= 1
    out.append(power)
    put_column(out, [number // _POWERS[power] for number in numbers] if power else numbers)


def get_scaled(data: bytes, at: int, count: int) -> tuple[Sequence[int], int]:
    """So many numbers at a place, and the place behind them."""
    factor = _POWERS[data[at]]
    numbers, at = get_column(data, at + 1, count)
    return [number * factor for number in numbers] if factor > 1 else numbers, at
