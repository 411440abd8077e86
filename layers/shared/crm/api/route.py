"""Declare an API route: its path, its access and its models."""

from dataclasses import KW_ONLY, dataclass

from crm.api.parameters import Parameter

PUBLIC = "public"
WRITE_KEY = "write key"
"""Access by a source's write key, which the function checks itself."""
ANY_KEY = "any API key"
"""Access by every valid API key, whatever its scopes and classes."""

API_RATE, TRACKING_RATE, FORM_RATE = "Api", "Tracking", "Form"
"""The parameters of the template that limit a route, `ApiRate` and `ApiBurst` for example."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the API. `access` is the scope that an API key needs, ANY_KEY, PUBLIC or WRITE_KEY; it has no
    default.

    `key`: the route key of API Gateway (`GET /v1/profiles/{id}`; `{value+}` may contain slashes). `spellings`: the
    paths that its one `{...}` stands for. `request`, `response`: names of models in `crm.api.models`. Pydantic is
    loaded only where a body is validated or the document is generated. `errors`: statuses of the route's own, besides
    those that follow from access, parameters, request and the flags below.

    `or_response`: another model of the response, which a parameter selects.
    `accepts`: the media types of the request's body.
    `accepted`: the model of a 202 response, which names the job that does the work, if there is one.
    `refused_as`: the media type of error responses, which are HTML on routes for browsers.
    `pages`: a browser that accepts HTML gets a page instead, for errors as well.
    `etag`: the response has an ETag made of id and version, and changes to the path's resource honour If-Match.
    `limited`: keys limited to classes may call it, because it hides the other customers.
    `also`: further scopes that the key needs, because the response or the effect reveals what they guard.
    `also_for`: a further scope, and the requests for which the service requires it.
    `brief`: the only fields in the response to a key without the scope that reads what the route changes
    (`read_scope`); None if every response is whole. `profile.id` is the `id` within `profile`.
    `personal`: the response describes a person, so a stored copy of it is kept with the person.
    `secret`: the response shows a secret or describes several people, so no copy of it is stored.
    `rate`: the requests per second that API Gateway passes on: API_RATE, TRACKING_RATE for what pages and SDKs send on
    every visit, FORM_RATE.
    """

    key: str
    operation: str
    _: KW_ONLY
    function: str
    access: str
    summary: str
    status: int = 200
    request: str | None = None
    accepts: tuple[str, ...] = ("application/json",)
    response: str | None = None
    or_response: str | None = None
    accepted: str | None = None
    media_type: str = "application/json"
    refused_as: str = "application/json"
    pages: bool = False
    query: tuple[Parameter, ...] = ()
    errors: tuple[int, ...] = ()
    spellings: tuple[str, ...] = ()
    etag: bool = False
    limited: bool = False
    also: tuple[str, ...] = ()
    also_for: tuple[str, str] | None = None
    brief: tuple[str, ...] | None = None
    personal: bool = False
    secret: bool = False
    rate: str = API_RATE

    @property
    def method(self) -> str:
        return self.key.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.key.partition(" ")[2]

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every path that the route serves."""
        return self.spellings or (self.path,)

    @property
    def authorized(self) -> bool:
        """Decide whether the authorizer runs and the gate checks scopes."""
        return self.access not in {PUBLIC, WRITE_KEY}

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return the scopes that every request needs."""
        return self.also if self.access == ANY_KEY else (self.access, *self.also)

    @property
    def read_scope(self) -> str:
        """Return the scope that reads what the route reads or changes."""
        return self.access.replace(":write", ":read")

    @property
    def repeatable(self) -> bool:
        """Decide whether `Idempotency-Key` ensures that a repeated request is performed once."""
        return self.authorized and self.method == "POST"

    @property
    def conditional(self) -> bool:
        """Decide whether `If-Match` ensures that only the version which the caller has read is changed."""
        return self.etag and self.method != "GET" and ("{" in self.path or self.method == "PUT")
