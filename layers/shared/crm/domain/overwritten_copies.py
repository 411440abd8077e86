"""Decide what a copy of a message has overwritten in the log that must be restored.

Every copy of a message is stored under one key, so that a later copy replaces the earlier one.
"""

from crm.domain.activity import RESENT, Activity

_PUBLIC_KINDS = {"web", "mobile"}


def mark_to_restore(old: Activity, new: Activity) -> Activity | None:
    """Return the mark of a resent message, if an earlier copy of the message has arrived late and replaced the mark.

    A higher rank may have replaced it if an earlier version of the software stored both under one key: then it stays
    replaced.
    """
    if old.type != RESENT or new.type == RESENT:
        return None
    return old if old.rank >= new.rank else None


def receipt_to_restore(old: Activity, new: Activity) -> int | None:
    """Return when the first copy was received (epoch ms), if a later one has replaced that and it decides a claim.

    Of claims by public sources, the one received first wins: repeating a message must not weaken its claims.
    """
    if not {old.source_kind, new.source_kind} <= _PUBLIC_KINDS or len(new.identities) == 1:
        return None
    return old.received_at if old.received_at < new.received_at else None
