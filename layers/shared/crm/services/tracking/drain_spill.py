"""Drain the spill queue: write the waiting items to the log."""

from crm.domain.errors import UnavailableError
from crm.services.tracking.erased_input import puts_without_erased
from crm.storage.log_writer import log_writer
from crm.storage.spill import RETRY_AFTER, unpack


def drain(body: str) -> None:
    """Write the items of one message of the queue. Idempotent.

    Rejected input of people who were erased in the meantime is dropped; their events are discarded by the projection.
    Raises UnavailableError when the table does not take all items: the message must be delivered again.
    """
    if log_writer().write(puts_without_erased(unpack(body))):
        raise UnavailableError("The table does not accept all items yet.", retry_after=RETRY_AFTER)
