"""Find the canonical profiles of people by the ids of any of their members, in batches."""

from collections.abc import Iterable

from crm.domain.profile import ProfileState
from crm.storage.profiles import ProfileTable


def roots_of(profile_ids: Iterable[str]) -> dict[str, ProfileState]:
    """Return the stored canonical profile of each id, without ids that have none. Consistent."""
    return ReadProfiles().roots_of(profile_ids)


class ReadProfiles:
    """Profiles that were read, each once."""

    def __init__(self) -> None:
        self.found: dict[str, ProfileState] = {}
        self._requested: set[str] = set()

    def roots_of(self, profile_ids: Iterable[str]) -> dict[str, ProfileState]:
        """Return the canonical profile of each, level by level up, without those that do not exist."""
        paths = {id_: [id_] for id_ in profile_ids}
        tops = set(paths)
        while tops:
            self.read(tops)
            tops = set()
            for path in paths.values():
                owner = self.found[path[-1]].owner if path[-1] in self.found else None
                if owner and owner not in path:
                    path.append(owner)
                    tops.add(owner)
        return {id_: self.found[path[-1]] for id_, path in paths.items() if path[-1] in self.found}

    def read(self, profile_ids: set[str]) -> None:
        """Read the profiles that were not read yet."""
        if new := profile_ids - self._requested:
            self.found |= ProfileTable().load(sorted(new))
            self._requested |= new
