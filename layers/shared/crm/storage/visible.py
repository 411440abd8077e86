"""Whom a key that is limited to classes sees, by the index of its classes."""

from crm.domain.api_key import Principal
from crm.domain.memberships import CLASS, MIXED
from crm.storage.groups import group_ids
from crm.storage.profiles import load_profiles


def visible_profiles(viewer: Principal) -> dict[str, str]:
    """Kind by profile id of the customers that a limited key sees.

    Of those whose parts are not all of the same classes the cards are read: every part must be one that it may see.
    """
    seen = {id_: kind for class_ in sorted(viewer.classes or ()) for kind, id_ in group_ids(CLASS, class_)}
    mixed = [id_ for _, id_ in group_ids(CLASS, MIXED) if id_ in seen]
    for profile in load_profiles(mixed, consistent=False).values() if mixed else ():
        if profile.card is None or not viewer.sees_card(profile.card):
            del seen[profile.id]
    return seen
