"""Project the people of a batch in several threads: a projection mostly waits for the table."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.log_writer import log_writer

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Failures = dict[str, Exception]


def for_each_group(groups: Sequence[Sequence[str]], work: Callable[[str], None]) -> Failures:
    """Do work on every profile: groups in parallel, the profiles of one group one after the other.

    Returns the failures by profile. A failure of one never stops the others.
    """
    threads = settings().projection_threads
    if threads == 1 or len(groups) == 1:
        return _each(chain.from_iterable(groups), work)
    # Create what the threads share before they start.
    dynamodb()
    log_writer()
    failures: Failures = {}
    for failed in _pool(threads).map(lambda group: _each(group, work), groups):
        failures |= failed
    return failures


def _each(profile_ids: Iterable[str], work: Callable[[str], None]) -> Failures:
    failures: Failures = {}
    for id_ in profile_ids:
        try:
            work(id_)
        except Exception as error:
            failures[id_] = error
    return failures


@cache
def _pool(threads: int) -> "ThreadPoolExecutor":
    """Return the container's threads, which wait between batches."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(threads, thread_name_prefix="projection")
