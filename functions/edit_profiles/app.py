"""Create, change and delete profiles."""

from crm.api.queries import DeletionQuery
from crm.domain.commands.edits import NewProfile, ProfileChanges
from crm.domain.views.profiles import ProfileView
from crm.http import Reply, Request, serve
from crm.services.editing import profile_edits
from crm.services.profiles.reading import view


def create_profile(request: Request) -> ProfileView:
    person = profile_edits.create(request.body(NewProfile), by=request.principal, now=request.now)
    return view(person, now=request.now)


def update_profile(request: Request) -> ProfileView:
    person = profile_edits.update(request.path["id"], request.body(ProfileChanges), **request.edit_context)
    return view(person, now=request.now)


def delete_profile(request: Request) -> Reply:
    query, known = request.query(DeletionQuery), request.edit_context
    if query["erase"]:
        job = profile_edits.erase(request.path["id"], include=query["include"], **known)
        return Reply(job, status=202)
    profile_edits.delete(request.path["id"], **known)
    return Reply()


def restore_profile(request: Request) -> ProfileView:
    person = profile_edits.restore(request.path["id"], **request.edit_context)
    return view(person, now=request.now)


handler = serve("edit_profiles", create_profile, update_profile, delete_profile, restore_profile)
