"""Repeat a group of a regular expression without backtracking, in every Python from 3.11.0 on."""

import sys
from typing import AnyStr


def repeated(pattern: AnyStr) -> AnyStr:
    """Match a pattern as often as possible, and never try fewer times.

    Before Python 3.11.5, `(?:...)*+` also consumed what an incomplete repetition had read
    (https://github.com/python/cpython/issues/106052). The other form takes up to 20 times the memory of the text.
    """
    if sys.version_info >= (3, 11, 5):
        opening, closing = "(?:", ")*+"
    else:
        opening, closing = "(?>(?:", ")*)"
    if isinstance(pattern, bytes):
        return opening.encode() + pattern + closing.encode()
    return opening + pattern + closing
