"""The properties that all messages of one request share, and the deployment's rules for reading them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """The circumstances of a request: its source, its time (epoch ms) and its client.

    `user_agent` and `ip` are those of the connection; a server's own are not its customer's and are left out.
    `repeated`: the client marked the request as a repetition. `archived`: its messages are from an archive.
    """

    source_id: str
    source_kind: str
    received_at: int
    user_agent: str | None = None
    ip: str | None = None
    repeated: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRules:
    """The deployment's rules for messages: its own identity types, national phone numbers, IP addresses.

    `drop_bots`: whether messages of bots are dropped. `placeholder_ids`: values, in lower case, that identify
    nothing, in addition to the built-in ones.
    """

    custom_identity_types: tuple[str, ...] = ()
    phone_region: str | None = None
    store_ip: bool = False
    drop_bots: bool = False
    placeholder_ids: frozenset[str] = frozenset()
