"""Numbers in millionths, without the zeros that all of them end in: amounts of money have two decimals."""

from collections.abc import Sequence

from crm.domain.daily.numbers import get_column, put_column

_POWERS = tuple(10**power for power in range(7))


def put_scaled(out: bytearray, numbers: Sequence[int]) -> None:
    """Append the power of ten that divides all numbers, and the quotients."""
    power = len(_POWERS) - 1
    for number in numbers:
        while number % _POWERS[power]:
            power -= 1
    out.append(power)
    put_column(out, [number // _POWERS[power] for number in numbers] if power else numbers)


def get_scaled(data: bytes, at: int, count: int) -> tuple[Sequence[int], int]:
    """Read this many numbers at a position; return them and the position after them."""
    factor = _POWERS[data[at]]
    numbers, at = get_column(data, at + 1, count)
    return [number * factor for number in numbers] if factor > 1 else numbers, at
