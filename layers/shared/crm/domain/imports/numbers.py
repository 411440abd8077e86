"""Numbers in the ways that files write them: with a point or a comma, with separators of thousands, with a currency."""

import re
from collections.abc import Sequence

from crm.domain.value_types import read_number

POINT, COMMA = ".", ","

_CURRENCY = re.compile(r"^(?P<sign>[+-]?)\s*[$€£¥]\s*|\s*[$€£¥]$|\s*(?:EUR|USD|GBP|CHF|PLN|CZK|zł|Kč)$")
_GROUPED = {
    POINT: re.compile(r"[+-]?\d{1,3}(?:[,' \u00a0\u202f\u2019]\d{3})+(?:\.\d*)?"),
    COMMA: re.compile(r"[+-]?\d{1,3}(?:[.' \u00a0\u202f\u2019]\d{3})+(?:,\d*)?"),
}
_SEPARATORS = {
    POINT: str.maketrans("", "", ",' \u00a0\u202f\u2019"),
    COMMA: str.maketrans(",", ".", ".' \u00a0\u202f\u2019"),
}
_TELLS_COMMA = re.compile(
    r"[+-]?(?:\d*,(?:\d{1,2}|\d{4,})|0,\d+|\d{1,3}(?:\.\d{3})+,\d*|\d{4,},\d+|\d{1,3}(?:\.\d{3}){2,})"
)
_TELLS_POINT = re.compile(
    r"[+-]?(?:\d*\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{1,3}(?:,\d{3})+\.\d*|\d{4,}\.\d+|\d{1,3}(?:,\d{3}){2,})"
)
_LEADING_ZERO = re.compile(r"[+-]?0\d|\+")
_PLAIN = re.compile(r"-?[0-9]{1,15}+(?:\.[0-9]{1,15}+)?+(?>\n-?[0-9]{1,15}+(?:\.[0-9]{1,15}+)?+)*+")
_IN_DOUBT = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_EITHER_IN_DOUBT = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")


def decimal_mark(samples: Sequence[str]) -> str | None:
    """What the samples of a column tell of its decimal mark; None where they do not."""
    told = [mark_told(sample) for sample in samples]
    commas, points = told.count(COMMA), told.count(POINT)
    return None if commas == points else COMMA if commas > points else POINT


def mark_told(text: str) -> str | None:
    """The decimal mark that a number shows; None where it shows none, or is no number."""
    if "," not in text and "." not in text:
        return None
    bare = _bare(text)
    if _TELLS_COMMA.fullmatch(bare):
        return COMMA
    return POINT if _TELLS_POINT.fullmatch(bare) else None


def could_be_thousands(text: str) -> bool:
    """Whether its mark may stand in a decimal number or between thousands: 1.500 and 1,500."""
    return ("." in text or "," in text) and _EITHER_IN_DOUBT.fullmatch(_bare(text)) is not None


def looks_like_numbers(samples: Sequence[str], mark: str | None) -> bool:
    """Whether all are numbers, and none an id that would lose its leading zeros as one."""
    return bool(samples) and all(_is_number(sample, mark or decimal_mark(samples)) for sample in samples)


def _is_number(text: str, mark: str | None) -> bool:
    try:
        parse_number(text, mark)
    except ValueError:
        return False
    return _LEADING_ZERO.match(text.strip()) is None


def parse_number(text: str, mark: str | None) -> int | float:
    """A number by its decimal mark; None: as the number itself tells. Raises ValueError that says what is right."""
    bare = _bare(text)
    if mark is None:
        mark = _own_mark(bare)
    if _GROUPED[mark].fullmatch(bare):
        return read_number(bare.translate(_SEPARATORS[mark]))
    if mark == COMMA:
        if "." in bare:
            raise ValueError(
                "must be a number like 1234,5 or 1.234,5: the decimal mark of the column is a comma"
            )
        return read_number(bare.replace(",", "."))
    return read_number(bare)


def plain_numbers(texts: Sequence[str]) -> list[int | float] | None:
    """The numbers if all are plainly such, with a decimal point if any, and at most 15 digits; else None."""
    lines = "\n".join(texts)
    if lines.count("\n") != len(texts) - 1 or not _PLAIN.fullmatch(lines):
        return None
    if "." not in lines:
        return list(map(int, texts))
    return [int(number) if number.is_integer() else number for number in map(float, texts)]


def _own_mark(bare: str) -> str:
    if _IN_DOUBT.fullmatch(bare):
        raise ValueError("can be read in two ways: say by decimal_mark whether 1,234 is 1234 or 1.234")
    return COMMA if _TELLS_COMMA.fullmatch(bare) else POINT


def _bare(text: str) -> str:
    return _CURRENCY.sub(lambda match: match["sign"] or "", text.strip()).strip()
