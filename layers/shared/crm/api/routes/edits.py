"""Creating, changing and deleting profiles."""

from functools import partial

from crm.api.filter_values import read_switch
from crm.api.parameters import INCLUDE, Parameter
from crm.api.route import Route

_ERASE = Parameter(
    name="erase",
    keyword="erase",
    description="Erase the person everywhere, permanently, by a job. This cannot be undone.",
    schema={"type": "boolean", "default": False},
    parse=read_switch,
    default=False,
)

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
        summary="Create a profile; 409 if one of its identities exists",
        request="edits.NewProfile",
        status=201,
        errors=(409,),
    ),
    _profile(
        "PATCH /v1/profiles/{id}",
        "update_profile",
        summary="Update the given fields of a profile",
        request="edits.ProfileChanges",
        errors=(404, 409),
    ),
    Route(
        "DELETE /v1/profiles/{id}",
        "delete_profile",
        function="edit_profiles",
        access="profiles:delete",
        summary="Soft-delete a profile, until it is restored or the customer is active again; or erase it permanently",
        status=204,
        accepted="jobs.Job",
        query=(_ERASE, INCLUDE),
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
        summary="Set attributes of a profile; null clears one",
        request="edits.AttributeValues",
        errors=(404, 409),
    ),
    _part(
        "PUT /v1/profiles/{id}/tags/{tag+}",
        "add_tag",
        summary="Add a tag to a profile, by its name; a tag that does not exist is registered",
        errors=(400, 404, 409),
    ),
    _part_away(
        "DELETE /v1/profiles/{id}/tags/{tag+}",
        "remove_tag",
        summary="Remove a tag from a profile, by its name",
        errors=(400, 404),
    ),
    _part(
        "PUT /v1/profiles/{id}/lists/{list}",
        "add_to_list",
        summary="Add a profile to a list, by the list's id or name",
        errors=(404, 409),
    ),
    _part_away(
        "DELETE /v1/profiles/{id}/lists/{list}",
        "remove_from_list",
        summary="Remove a profile from a list, by the list's id or name",
        errors=(404,),
    ),
    _part(
        "PUT /v1/profiles/{id}/classes/{class}",
        "add_class",
        summary="Add a profile to a class",
        errors=(400, 404, 409),
    ),
    _part_away(
        "DELETE /v1/profiles/{id}/classes/{class}",
        "remove_class",
        summary="Remove a profile from a class",
        errors=(400, 404),
    ),
    _part(
        "PUT /v1/profiles/{id}/responsible",
        "set_responsible",
        summary="Assign the responsible user of a customer",
        request="edits.Responsible",
        errors=(404,),
    ),
    _part_away(
        "DELETE /v1/profiles/{id}/responsible",
        "clear_responsible",
        summary="Remove the responsible user of a customer",
        errors=(404,),
    ),
)
