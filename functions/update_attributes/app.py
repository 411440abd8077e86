"""Change single parts of profiles: attributes, tags, lists, classes, responsible users, consents."""

from crm.domain.commands.consents import ConsentChange
from crm.domain.commands.edits import AttributeValues, Responsible
from crm.domain.views.profiles import ProfileView
from crm.http import Request, serve
from crm.services.consents import consent_changes
from crm.services.editing import profile_edits
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.profiles.reading import view


def set_attributes(request: Request) -> ProfileView:
    values = request.body(AttributeValues)
    return _view(request, profile_edits.set_attributes(request.path["id"], values, **request.edit_context))


def add_tag(request: Request) -> ProfileView:
    return _view(request, _tag(request, added=True))


def remove_tag(request: Request) -> None:
    _tag(request, added=False)


def add_to_list(request: Request) -> ProfileView:
    return _view(request, _set_list_membership(request, added=True))


def remove_from_list(request: Request) -> None:
    _set_list_membership(request, added=False)


def add_class(request: Request) -> ProfileView:
    return _view(request, _set_class_membership(request, added=True))


def remove_class(request: Request) -> None:
    _set_class_membership(request, added=False)


def set_responsible(request: Request) -> ProfileView:
    user = request.body(Responsible)["user"]
    return _view(request, profile_edits.set_responsible(request.path["id"], user, **request.edit_context))


def clear_responsible(request: Request) -> None:
    profile_edits.set_responsible(request.path["id"], None, **request.edit_context)


def set_consent(request: Request) -> ProfileView:
    person = people.find(request.path["id"], request.principal)
    changed = consent_changes.set_consent(
        person,
        request.path["channel"],
        **request.body(ConsentChange),
        by=request.principal.id,
        now=request.now,
        expected=request.if_match,
    )
    return _view(request, changed)


def _tag(request: Request, *, added: bool) -> Person:
    return profile_edits.tag(request.path["id"], request.path["tag"], added=added, **request.edit_context)


def _set_list_membership(request: Request, *, added: bool) -> Person:
    return profile_edits.set_list_membership(
        request.path["id"], request.path["list"], added=added, **request.edit_context
    )


def _set_class_membership(request: Request, *, added: bool) -> Person:
    return profile_edits.set_class_membership(
        request.path["id"], request.path["class"], added=added, **request.edit_context
    )


def _view(request: Request, person: Person) -> ProfileView:
    return view(person, now=request.now)


handler = serve(
    "update_attributes",
    set_attributes,
    add_tag,
    remove_tag,
    add_to_list,
    remove_from_list,
    add_class,
    remove_class,
    set_responsible,
    clear_responsible,
    set_consent,
)
