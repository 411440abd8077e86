"""Create, change and delete profiles."""

from typing import Any

from crm.http import Reply, Request, serve
from crm.services.editing import editing
from crm.services.profiles.reading import view


def create_profile(request: Request) -> dict[str, Any]:
    person = editing.create(request.body(), by=request.principal, now=request.now)
    return view(person, now=request.now)


def update_profile(request: Request) -> dict[str, Any]:
    person = editing.update(
        request.path["id"],
        request.body(),
        by=request.principal,
        now=request.now,
        expected=request.if_match,
    )
    return view(person, now=request.now)


def delete_profile(request: Request) -> Reply:
    known: dict[str, Any] = {"by": request.principal, "now": request.now, "expected": request.if_match}
    if request.query["erase"]:
        include = request.query["include"]
        return Reply(editing.erase(request.path["id"], include=include, **known), status=202)
    editing.delete(request.path["id"], **known)
    return Reply()


def restore_profile(request: Request) -> dict[str, Any]:
    person = editing.restore(
        request.path["id"], by=request.principal, now=request.now, expected=request.if_match
    )
    return view(person, now=request.now)


handler = serve("edit_profiles", create_profile, update_profile, delete_profile, restore_profile)
