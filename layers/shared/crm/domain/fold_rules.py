"""The rules by which a deployment folds: its declared attributes and consents, and the budgets of everything else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import NamedTuple

from crm.domain.consent import CHANNELS, PROCESSING, channel_and_purpose
from crm.domain.profile import ProfileState
from crm.domain.stamped import LeftOut
from crm.domain.trust import Rank

_FORMAT = 6
"""Version of the fold, to be increased when its result changes: profiles of others are folded again when read."""


class Budget(NamedTuple):
    """The limits of undeclared values of one rank.

    `rank`: the rank under which a profile keeps them. `names`: how many undeclared names are kept; `bytes`: of the
    JSON of one value. None means no limit: edits by hand are refused earlier.
    """

    rank: Rank
    names: int | None
    bytes: int | None = None


_PUBLIC, _TRUSTED, _BY_HAND = Rank.PUBLIC, Rank.TRUSTED, Rank.BY_HAND
_SENT = Budget(_PUBLIC, 200)
_EDITED = Budget(_BY_HAND, None)
_GROUPS_OF_SERVERS = Budget(_TRUSTED, 10, 1024)
_CONSENTS, _PENDING = Budget(_TRUSTED, 50), Budget(_PUBLIC, 20)

BUDGETS: Mapping[str, tuple[Budget, Budget, Budget]] = {
    "attributes": (Budget(_PUBLIC, 30, 512), Budget(_TRUSTED, 30, 512), Budget(_BY_HAND, 100)),
    "by_name": (Budget(_PUBLIC, 30, 256), Budget(_TRUSTED, 40, 256), Budget(_BY_HAND, 0)),
    "groups": (Budget(_PUBLIC, 5, 512), _GROUPS_OF_SERVERS, _GROUPS_OF_SERVERS),
    "consents": (Budget(_PUBLIC, 30), _CONSENTS, _CONSENTS),
    "pending": (_PENDING, _PENDING, _PENDING),
    "tags": (_SENT, _SENT, _EDITED),
    "classes": (_SENT, _SENT, _EDITED),
    "fields": (_SENT, _SENT, _EDITED),
}
"""The budgets by register and rank."""

OVERHEAD = 70
"""Bytes that a value takes in a profile in addition to its name and itself, mostly for its stamp."""

_INLINE_BYTES, MAX_BLOCK_BYTES = 1_024, 40_000

MAX_VALUE_BYTES = 512
MAX_FOLDED_NAME_LENGTH = 100
MAX_NAME_BYTES = 200
"""Limits of an undeclared name: MAX_NAME_LENGTH in characters, MAX_NAME_BYTES in bytes of its JSON."""


class Declared(NamedTuple):
    """The lowest rank that may set a declared attribute, and the maximum bytes of the JSON of one value."""

    set_by: Rank = Rank.PUBLIC
    bytes: int = MAX_VALUE_BYTES


@dataclass(frozen=True)
class FoldRules:
    """The parameters of the fold.

    `attributes`: the declared ones, by name. `consent_keys`: the consents that pages may set; `processing_by_pages`:
    whether they may also set the consent to processing; `double_opt_in`: whether their grants for email need a
    confirmation. `key`: the secret of the order in which undeclared names are kept, so that strangers cannot displace
    a chosen name. `inline_bytes`: limit of the counts of past days that a profile holds itself; `largest_block`: of
    those of the newest day.
    """

    attributes: Mapping[str, Declared] = field(default_factory=dict)
    consent_keys: frozenset[str] = frozenset(CHANNELS)
    processing_by_pages: bool = False
    double_opt_in: bool = False
    key: bytes = b""
    inline_bytes: int = _INLINE_BYTES
    largest_block: int = MAX_BLOCK_BYTES

    @cached_property
    def version(self) -> str:
        """Return the version of these rules: a fold by another version is folded again."""
        parameters = (self.consent_keys, self.processing_by_pages, self.double_opt_in)
        if parameters == (frozenset(CHANNELS), False, False):
            return str(_FORMAT)
        text = "\0".join([*sorted(self.consent_keys), str(self.processing_by_pages), str(self.double_opt_in)])
        return f"{_FORMAT}.{blake2b(text.encode(), digest_size=4).hexdigest()}"

    @cached_property
    def declared(self) -> Mapping[str, Collection[str]]:
        """Return, by register, the names that no other name displaces."""
        consents = self.consent_keys | {PROCESSING}
        return {"attributes": self.attributes, "consents": consents, "pending": consents}

    def public_may_set(self, key: str) -> bool:
        """Return whether public code may set this consent."""
        return self.processing_by_pages if key == PROCESSING else key in self.consent_keys

    def needs_confirmation(self, key: str) -> bool:
        """Return whether a grant of this consent by public code needs a confirmation."""
        return self.double_opt_in and channel_and_purpose(key)[0] == "email"

    def place(self, name: str) -> tuple[bytes, str]:
        """Return the sort key of an undeclared name: the first names are kept."""
        return _place(self.key, name)


DEFAULT_RULES = FoldRules()


@lru_cache(maxsize=1 << 12)
def _place(key: bytes, name: str) -> tuple[bytes, str]:
    return blake2b(name.encode("utf-8", "surrogatepass"), key=key, digest_size=8).digest(), name


@dataclass(frozen=True)
class Declarations:
    """The versions of the rule set at which declarations of attributes last changed.

    `declared`: when a name was declared, or its values were last allowed to be larger; `loosened`: when one was
    opened to lower ranks; `tightened`: by name, when it was closed to some ranks, or its values had to be smaller.
    """

    declared: int = 0
    loosened: int = 0
    tightened: Mapping[str, int] = field(default_factory=dict)

    def after(self, name: str, before: Declared | None, now: Declared, version: int) -> "Declarations":
        """Return these with an attribute declared so in a version.

        `before`: its former declaration, None if there was none.
        """
        was = before or Declared()
        opened, enlarged = now.set_by < was.set_by, now.bytes > was.bytes
        closed = now.set_by > was.set_by or now.bytes < was.bytes
        return Declarations(
            version if before is None or enlarged else self.declared,
            version if opened else self.loosened,
            {**self.tightened, name: version} if closed else self.tightened,
        )

    @cached_property
    def newest(self) -> int:
        """Return the version of the last change."""
        return max(self.declared, self.loosened, *self.tightened.values(), 0)

    def outdate(self, profile: ProfileState) -> bool:
        """Return whether the profile's log may fold into another state than by the version that folded it."""
        since = profile.rule_set
        if since >= self.newest:
            return False
        if since < self.loosened or (since < self.declared and _leaves_out_attributes(profile)):
            return True
        sent = [part for rank, part in profile.parts("attributes") if rank != Rank.BY_HAND]
        return any(since < at and any(name in part for part in sent) for name, at in self.tightened.items())


def _leaves_out_attributes(profile: ProfileState) -> bool:
    """Return whether an attribute is left out, because its name exceeds a budget or its value was too large."""
    if any(budget.startswith("attributes.") for budget in profile.left_out):
        return True
    return any(isinstance(held, LeftOut) for _, part in profile.parts("attributes") for held in part.values())
