"""Manage attributes, tags, lists, saved views, categories of events, and forms."""

from crm.api.queries import ArchivedQuery, NamedQuery
from crm.api.views.definitions import attribute_view, event_categories_view, named_view, saved_view_view
from crm.api.views.forms import form_view
from crm.domain.commands.definitions import (
    AttributeChanges,
    NewAttribute,
    NewEventCategories,
    NewTag,
    TagChanges,
)
from crm.domain.commands.forms import FormChanges, NewForm
from crm.domain.commands.lists import ListChanges, NewList
from crm.domain.commands.saved_views import NewSavedView, SavedViewChanges
from crm.domain.forms.definition import Form
from crm.domain.views.definitions import (
    AttributeListView,
    AttributeView,
    EventCategoriesView,
    TagCloudView,
    TagView,
)
from crm.domain.views.forms import FormListView, FormView
from crm.domain.views.lists import ListPageView, ListView
from crm.domain.views.saved_views import SavedViewListView, SavedViewView
from crm.http import Request, serve
from crm.services.definitions import (
    attribute_changes,
    attributes,
    event_categories,
    forms,
    lists,
    saved_views,
    tags,
)


def list_attributes(request: Request) -> AttributeListView:
    return {
        "attributes": [
            attribute_view(attribute) for attribute in attributes.list_all(**request.query(ArchivedQuery))
        ]
    }


def create_attribute(request: Request) -> AttributeView:
    return attribute_view(attribute_changes.create(**request.body(NewAttribute)))


def get_attribute(request: Request) -> AttributeView:
    return attribute_view(attributes.get(request.path["name"]))


def update_attribute(request: Request) -> AttributeView:
    return attribute_view(
        attribute_changes.update(
            request.path["name"], request.body(AttributeChanges), expected=request.if_match
        )
    )


def archive_attribute(request: Request) -> None:
    attribute_changes.archive(request.path["name"], expected=request.if_match)


def list_tags(request: Request) -> TagCloudView:
    page, position = tags.cloud(request.principal, **request.query(NamedQuery))
    return {
        "tags": [named_view(tag, number, more=more) for tag, (number, more) in page],
        "next_cursor": request.next_cursor(position),
    }


def create_tag(request: Request) -> TagView:
    return named_view(tags.create(**request.body(NewTag), now=request.now), count=0)


def get_tag(request: Request) -> TagView:
    tag = tags.get(request.path["tag"])
    return named_view(tag, tags.count(tag, request.principal))


def update_tag(request: Request) -> TagView:
    tag = tags.update(request.path["tag"], request.body(TagChanges), expected=request.if_match)
    return named_view(tag, tags.count(tag, request.principal))


def delete_tag(request: Request) -> None:
    tags.delete(request.path["tag"], expected=request.if_match)


def list_lists(request: Request) -> ListPageView:
    page, position = lists.counted(request.principal, **request.query(NamedQuery))
    return {
        "lists": [named_view(found, number, more=more) for found, (number, more) in page],
        "next_cursor": request.next_cursor(position),
    }


def create_list(request: Request) -> ListView:
    return named_view(lists.create(**request.body(NewList), now=request.now), count=0)


def get_list(request: Request) -> ListView:
    found = lists.get(request.path["id"])
    return named_view(found, lists.count(found, request.principal))


def update_list(request: Request) -> ListView:
    found = lists.update(request.path["id"], request.body(ListChanges), expected=request.if_match)
    return named_view(found, lists.count(found, request.principal))


def delete_list(request: Request) -> None:
    lists.delete(request.path["id"], expected=request.if_match)


def list_saved_views(_request: Request) -> SavedViewListView:
    return {"views": [saved_view_view(view) for view in saved_views.list_all()]}


def create_saved_view(request: Request) -> SavedViewView:
    return saved_view_view(saved_views.create(**request.body(NewSavedView), now=request.now))


def get_saved_view(request: Request) -> SavedViewView:
    return saved_view_view(saved_views.get(request.path["id"]))


def update_saved_view(request: Request) -> SavedViewView:
    changes = request.body(SavedViewChanges)
    return saved_view_view(saved_views.update(request.path["id"], changes, expected=request.if_match))


def delete_saved_view(request: Request) -> None:
    saved_views.delete(request.path["id"], expected=request.if_match)


def list_forms(request: Request) -> FormListView:
    found = forms.list_all()
    tags_set = forms.tag_names(*found)
    return {"forms": [form_view(form, tags_set, forms.notices(form)) for form in found]}


def _form_view(form: Form) -> FormView:
    return form_view(form, forms.tag_names(form), forms.notices(form))


def create_form(request: Request) -> FormView:
    form = forms.create(**request.body(NewForm), now=request.now)
    return _form_view(form)


def get_form(request: Request) -> FormView:
    form = forms.get(request.path["id"])
    return _form_view(form)


def update_form(request: Request) -> FormView:
    form = forms.update(
        request.path["id"], request.body(FormChanges), now=request.now, expected=request.if_match
    )
    return _form_view(form)


def delete_form(request: Request) -> None:
    forms.delete(request.path["id"], expected=request.if_match)


def get_event_categories(request: Request) -> EventCategoriesView:
    return event_categories_view(event_categories.get())


def replace_event_categories(request: Request) -> EventCategoriesView:
    return event_categories_view(
        event_categories.replace(**request.body(NewEventCategories), expected=request.if_match)
    )


handler = serve(
    "manage_definitions",
    list_attributes,
    create_attribute,
    get_attribute,
    update_attribute,
    archive_attribute,
    list_tags,
    create_tag,
    get_tag,
    update_tag,
    delete_tag,
    list_lists,
    create_list,
    get_list,
    update_list,
    delete_list,
    list_saved_views,
    create_saved_view,
    get_saved_view,
    update_saved_view,
    delete_saved_view,
    list_forms,
    create_form,
    get_form,
    update_form,
    delete_form,
    get_event_categories,
    replace_event_categories,
)
