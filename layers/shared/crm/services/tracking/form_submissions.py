"""Record form submissions: refuse spam (honeypot), count repeated ones once, and store their effects on the profile."""

import hashlib
from dataclasses import dataclass, replace

from crm.domain.activity import CONSENTED, FORM, Activity
from crm.domain.consent_fields import ConsentEffect
from crm.domain.effect_fields import CONSENTS
from crm.domain.errors import ForbiddenError, InvalidInputError
from crm.domain.forms.body import MAX_BODY_BYTES, read_body
from crm.domain.forms.definition import BURST, RATE, Form
from crm.domain.forms.filled import Filled, VisibleFields, consents_by_log, effects_of, fill, visible_fields
from crm.domain.forms.submission import Submission, read_submission, to_document
from crm.domain.identity import Identity
from crm.domain.json_text import encode
from crm.domain.times import MINUTE_MS
from crm.domain.tracking.reception import Reception
from crm.domain.tracking.rejection import Rejection, reject
from crm.domain.tracking.trimming import trim_context
from crm.domain.tracking.user_agent import is_bot, parse_user_agent
from crm.domain.tracking.wire import parse_document
from crm.domain.trust import Rank
from crm.observability import count_metric
from crm.services.access.rate_limit import take_tokens
from crm.services.access.visitors import admit_visitor
from crm.services.definitions import attributes, forms
from crm.services.tracking.record_messages import store
from crm.services.tracking.track import message_rules
from crm.settings import settings
from crm.storage.log_writer import log_writer
from crm.storage.submissions import first_within

SAME_WITHIN_MS = 10 * MINUTE_MS
"""Equal content within this time is the same submission if it has no id: a reload, a double click."""

SPAM, _BOT = "spam", "bot"
_DIGEST_BYTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequest:
    """A submission as it was received. `own_origin`: the origin of the pages that this deployment serves."""

    form_id: str
    body: bytes
    content_type: str | None = None
    id: str | None = None
    origin: str | None = None
    own_origin: str | None = None
    referrer: str | None = None
    user_agent: str | None = None
    ip: str | None = None


def submit(request: FormRequest, *, now: int) -> Form:
    """Record a submission; it is durable on return. Spam gets the same answer as a valid one. `now` in epoch ms.

    Raises NotFoundError, ForbiddenError, RateLimitedError, UnavailableError, and InvalidInputError for a submission
    that is invalid or cannot be read; it is kept with its reason then.
    """
    form = forms.published(request.form_id)
    _check_origin(form, request)
    admit_visitor(form.id, request.ip, now=now)
    refusal = f"This form accepts {RATE} submissions per second: try again in a moment."
    take_tokens(form.id, 1, rate=RATE, capacity=BURST, refusal=refusal, now=now)
    reception = _reception(form, request, now)
    try:
        content = read_body(request.body, request.content_type)
        submission = read_submission(content, id=request.id, page=request.referrer)
    except InvalidInputError as error:
        raise _rejection_error(request.body, error, reception) from None
    spam = _spam_error(form) if submission.is_spam(form) else _bot_error(request)
    if spam:
        _keep(encode(to_document(submission)), spam, reception)
        return form
    try:
        activities = _activities(form, submission, reception)
    except InvalidInputError as error:
        kept = _rejection_error(encode(to_document(submission)), error, reception)
        # The details name each field; the text above them is the form's own.
        text = form.error_text if "errors" in kept.details else kept.message
        raise InvalidInputError(text, code=kept.code, details=kept.details) from None
    store(activities, [], log_writer())
    return form


def replay_submission(rejection: Rejection) -> Activity:
    """Record a rejected submission as of when it was received; one that was rejected as spam is accepted.

    Raises NotFoundError when its form is gone, UnavailableError, and InvalidInputError when it is still invalid.
    """
    form = forms.get(rejection.reception.source_id.partition(":")[2])
    submission = read_submission(parse_document(rejection.content))
    activities = _activities(form, submission, rejection.reception)
    store(activities, [], log_writer())
    return activities[0]


def _check_origin(form: Form, request: FormRequest) -> None:
    origin = request.origin
    if origin and origin != request.own_origin and not form.allows_origin(origin, settings().allowed_origins):
        raise ForbiddenError(
            "Pages of this origin may not submit this form: add it to the form's allowed origins.",
            code="origin_not_allowed",
        )


def _reception(form: Form, request: FormRequest, now: int) -> Reception:
    return Reception(
        source_id=form.source_id,
        source_kind="web",
        received_at=now,
        user_agent=request.user_agent,
        ip=request.ip if settings().store_ip else None,
    )


def _rejection_error(content: bytes, error: InvalidInputError, reception: Reception) -> InvalidInputError:
    rejection = _keep(content, error, reception)
    details = {**error.details, "rejected_id": rejection.id}
    return type(error)(error.message, code=error.code, details=details)


def _keep(content: bytes, error: InvalidInputError, reception: Reception) -> Rejection:
    rejection = reject(content, error, message_type=FORM, index=0, reception=reception, limit=MAX_BODY_BYTES)
    store([], [rejection], log_writer())
    return rejection


def _spam_error(form: Form) -> InvalidInputError:
    return InvalidInputError(
        f"The honeypot {form.honeypot}, which people do not see, was filled in.", code=SPAM
    )


def _bot_error(request: FormRequest) -> InvalidInputError | None:
    """Return why the submission is left out if its user agent is a bot's and the deployment drops bots, else None."""
    if not settings().drop_bots or not is_bot(parse_user_agent(request.user_agent or "")):
        return None
    count_metric("BotMessages")
    return InvalidInputError("The user agent is a bot's, and BotEvents is drop.", code=_BOT)


def visible_fields_of(form: Form) -> VisibleFields:
    """Return the fields that the form shows now."""
    return visible_fields(form, attributes.definitions())


def _activities(form: Form, submission: Submission, reception: Reception) -> list[Activity]:
    """Return the activity of the submission, and one for each consent of an address that has another log."""
    filled = fill(form, visible_fields_of(form), submission, message_rules())
    consents = consents_by_log(form, filled, double_opt_in=settings().double_opt_in)
    own = consents.pop(filled.identities[0], {})
    activity = _activity(form, submission, reception, filled, own)
    return [activity, *(_consent_activity(activity, log, given) for log, given in consents.items())]


def _consent_activity(submitted: Activity, log: Identity, consents: dict[str, ConsentEffect]) -> Activity:
    states = {key: consent["state"] for key, consent in consents.items()}
    form, version = submitted.properties["form"], submitted.properties["version"]
    return replace(
        submitted,
        message_id=f"{submitted.message_id}+{log.type}",
        type=CONSENTED,
        name=next(iter(consents)) if len(consents) == 1 else None,
        identities=(log,),
        properties={
            "consents": states,
            "form": form,
            "version": version,
            "submission": submitted.message_id,
        },
        context={},
        effects={CONSENTS: consents},
    )


def _activity(
    form: Form,
    submission: Submission,
    reception: Reception,
    filled: Filled,
    consents: dict[str, ConsentEffect],
) -> Activity:
    rules = message_rules()
    message_id, at = _deduplicated(form, submission, filled, reception.received_at)
    context = trim_context(
        submission.context, {}, filled.identities, message_type=FORM, reception=reception, rules=rules
    )
    return Activity(
        message_id=message_id,
        type=FORM,
        name=form.name,
        original_at=at,
        occurred_at=at,
        received_at=reception.received_at,
        source_id=form.source_id,
        source_kind=reception.source_kind,
        identities=filled.identities,
        properties={"form": form.id, "version": form.version, "fields": filled.sent},
        context=context,
        effects=effects_of(form, filled, consents),
    )


def _deduplicated(form: Form, submission: Submission, filled: Filled, received_at: int) -> tuple[str, int]:
    """Return the id and the time of the activity: those of the first delivery if this is a repeated one."""
    identity = filled.identities[0]
    if submission.id:
        message_id = f"{form.id}:{submission.id}"
        return message_id, log_writer().first_received(identity, message_id, Rank.PUBLIC, received_at)
    content = [filled.attributes, [*map(list, filled.identities)], [box.key for box in filled.agreed]]
    # Keyed: the content must not be found by hashing guesses and comparing them with the log.
    key = settings().identity_namespace.bytes
    digest = hashlib.blake2b(encode(content), key=key, digest_size=_DIGEST_BYTES).hexdigest()
    at = first_within(identity, f"{form.id}={digest}", received_at, SAME_WITHIN_MS)
    return f"{form.id}={digest}{at:x}", at
