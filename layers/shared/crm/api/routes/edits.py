"""Making, changing and deleting profiles."""

from functools import partial

from crm.api import edit_parameters as edit
from crm.api.parameters import INCLUDE
from crm.api.route import Route

_profile = partial(
    Route,
    function="edit_profiles",
    access="profiles:write",
    response="profiles.Profile",
    brief=("id",),
    limited=True,
    etag=True,
    personal=True,
)
_part = partial(
    Route,
    function="update_attributes",
    access="profiles:write",
    response="profiles.Profile",
    brief=("id",),
    limited=True,
    etag=True,
)
_part_away = partial(
    Route,
    function="update_attributes",
    access="profiles:write",
    status=204,
    limited=True,
    etag=True,
)

ROUTES: tuple[Route, ...] = (
    _profile(
        "POST /v1/profiles",
        "create_profile",
        summary="Make a profile; another one with the same identity is refused by 409",
        request="edits.NewProfile",
        status=201,
        errors=(409,),
    ),
    _profile(
        "PATCH /v1/profiles/{id}",
        "update_profile",
        summary="Change what is given of a profile",
        request="edits.ProfileChanges",
        errors=(404, 409),
    ),
    Route(
        "DELETE /v1/profiles/{id}",
        "delete_profile",
        function="edit_profiles",
        access="profiles:delete",
        summary="Delete a profile until it is restored or the customer does something; or erase it for good",
        status=204,
        accepted="jobs.Job",
        query=(edit.ERASE, INCLUDE),
        errors=(404,),
        limited=True,
        etag=True,
    ),
    _profile(
        "POST /v1/profiles/{id}/restore",
        "restore_profile",
        summary="Restore a deleted profile",
        errors=(404,),
    ),
    _part(
        "PATCH /v1/profiles/{id}/attributes",
        "set_attributes",
        summary="Change attributes of a profile; null empties one",
        request="edits.AttributeValues",
        errors=(404, 409),
    ),
    _part(
        "PUT /v1/profiles/{id}/tags/{tag+}",
        "add_tag",
        summary="Give a profile a tag, by its name; one that is not known yet is registered",
        errors=(400, 404, 409),
    ),
    _part_away(
        "DELETE /v1/profiles/{id}/tags/{tag+}",
        "remove_tag",
        summary="Take a tag from a profile, by its name",
        errors=(400, 404),
    ),
    _part(
        "PUT /v1/profiles/{id}/lists/{list}",
        "add_to_list",
        summary="Put a profile on a list, by the list's id or name",
        errors=(404, 409),
    ),
    _part_away(
        "DELETE /v1/profiles/{id}/lists/{list}",
        "remove_from_list",
        summary="Take a profile off a list, by the list's id or name",
        errors=(404,),
    ),
    _part(
        "PUT /v1/profiles/{id}/classes/{class}",
        "add_class",
        summary="Put a profile into a class",
        errors=(400, 404, 409),
    ),
    _part_away(
        "DELETE /v1/profiles/{id}/classes/{class}",
        "remove_class",
        summary="Take a profile out of a class",
        errors=(400, 404),
    ),
    _part(
        "PUT /v1/profiles/{id}/responsible",
        "set_responsible",
        summary="Say who looks after a customer",
        request="edits.Responsible",
        errors=(404,),
    ),
    _part_away(
        "DELETE /v1/profiles/{id}/responsible",
        "clear_responsible",
        summary="Say that nobody looks after a customer",
        errors=(404,),
    ),
)
