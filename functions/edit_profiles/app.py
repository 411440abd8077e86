"""Create, change and delete profiles."""

from typing import Any

from crm.domain.commands.edits import NewProfile, ProfileChanges
from crm.http import Reply, Request, serve
from crm.services.editing import profile_edits
from crm.services.profiles.reading import view


def create_profile(request: Request) -> dict[str, Any]:
    person = profile_edits.create(request.body(NewProfile), by=request.principal, now=request.now)
    return view(person, now=request.now)


def update_profile(request: Request) -> dict[str, Any]:
    person = profile_edits.update(
        request.path["id"],
        request.body(ProfileChanges),
        by=request.principal,
        now=request.now,
        expected=request.if_match,
    )
    return view(person, now=request.now)


def delete_profile(request: Request) -> Reply:
    known: dict[str, Any] = {"by": request.principal, "now": request.now, "expected": request.if_match}
    if request.query["erase"]:
        include = request.query["include"]
        return Reply(profile_edits.erase(request.path["id"], include=include, **known), status=202)
    profile_edits.delete(request.path["id"], **known)
    return Reply()


def restore_profile(request: Request) -> dict[str, Any]:
    person = profile_edits.restore(
        request.path["id"], by=request.principal, now=request.now, expected=request.if_match
    )
    return view(person, now=request.now)


handler = serve("edit_profiles", create_profile, update_profile, delete_profile, restore_profile)
