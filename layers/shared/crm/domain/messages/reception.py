"""What all messages of one request have in common, and the deployment's rules for reading them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """How a request reached us: through which source, when (epoch ms), and from what client.

    `user_agent` and `ip` are those of the connection; a server's own are not its customer's and are left out.
    `repeated`: the client says that it has sent this before. `archived`: its messages are out of an archive.
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
    """What a deployment decides about messages: its own identity types, national phone numbers, IP addresses.

    `drop_bots`: whether messages of bots are left out.
    `placeholder_ids`: values, in lower case, that stand for nobody, beside those that do so everywhere.
    """

    custom_identity_types: tuple[str, ...] = ()
    phone_region: str | None = None
    store_ip: bool = False
    drop_bots: bool = False
    placeholder_ids: frozenset[str] = frozenset()
