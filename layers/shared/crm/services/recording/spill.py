"""What waited in the spill queue is written to the log."""

from crm.domain.errors import UnavailableError
from crm.storage.log_writer import log_writer
from crm.storage.spill import RETRY_AFTER, unpack
from crm.storage.tombstones import puts_of_the_living


def drain(body: str) -> None:
    """Write the items of one message of the queue. Writing them twice changes nothing.

    Rejected input of people who were erased while it waited is dropped; their events the projection discards.
    Raises UnavailableError when the table still does not take all of them: the message must come again.
    """
    if log_writer().write(puts_of_the_living(unpack(body))):
        raise UnavailableError("The table does not take all items yet.", retry_after=RETRY_AFTER)
