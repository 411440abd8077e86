"""Build the responses for forms."""

from collections.abc import Mapping, Sequence

from crm.domain.forms.definition import ConsentBox, Field, Form
from crm.domain.times import iso
from crm.domain.views.forms import FormNoticeView, FormView, StoredConsentView, StoredFieldView


def form_view(form: Form, tags: Mapping[str, str], notices: Sequence[FormNoticeView]) -> FormView:
    """Build the model `Form`. `tags` maps ids to names."""
    return {
        "id": form.id,
        "name": form.name,
        "fields": [_field(field) for field in form.fields],
        "tags": [tags[id_] for id_ in form.tags if id_ in tags],
        "consents": [_consent(box) for box in form.consents],
        "redirect": form.redirect,
        "allowed_origins": list(form.allowed_origins),
        "honeypot": form.honeypot,
        "success_text": form.success_text,
        "error_text": form.error_text,
        "submit_text": form.submit_text,
        "title": form.title,
        "required_text": form.required_text,
        "language": form.language,
        "enabled": form.enabled,
        "double_opt_in": form.double_opt_in,
        "notices": list(notices),
        "version": form.version,
        "created_at": iso(form.created_at),
        "updated_at": iso(form.updated_at),
    }


def _field(field: Field) -> StoredFieldView:
    return {
        "name": field.name,
        "attribute": field.attribute,
        "label": field.label,
        "required": field.required,
        "type": field.type,
        "placeholder": field.placeholder,
    }


def _consent(box: ConsentBox) -> StoredConsentView:
    return {
        "channel": box.channel,
        "purpose": box.purpose,
        "wording": box.wording,
        "required": box.required,
    }
