"""Find the profiles that a key limited to classes can see, by the index of its classes."""

from crm.domain.api_key import Principal
from crm.domain.memberships import CLASS_GROUP, MIXED
from crm.storage.groups import group_ids
from crm.storage.profiles import load_profiles


def visible_profiles(viewer: Principal) -> dict[str, str]:
    """Return the kind by profile id of the customers that a limited key can see.

    For profiles whose parts have different classes, the cards are read: the key must be able to see every part.
    """
    seen = {
        id_: kind for class_ in sorted(viewer.classes or ()) for kind, id_ in group_ids(CLASS_GROUP, class_)
    }
    mixed = [id_ for _, id_ in group_ids(CLASS_GROUP, MIXED) if id_ in seen]
    for profile in load_profiles(mixed, consistent=False).values() if mixed else ():
        if profile.card is None or not viewer.sees_card(profile.card):
            del seen[profile.id]
    return seen
