"""Declare a route of the API: its path, its access and its models."""

from dataclasses import KW_ONLY, dataclass

from crm.api.parameters import Parameter

PUBLIC = "public"
WRITE_KEY = "write key"
"""Access by a source's write key, which the function itself checks."""


@dataclass(frozen=True, slots=True)
class Route:
    """`access` is the scope that an API key needs, PUBLIC or WRITE_KEY: there is no default.

    `key` is API Gateway's name of the route (`GET /v1/profiles/{id}`; `{value+}` may hold slashes), `spellings` the
    paths that one `{...}` of it stands for. `request` and `response` name models of `crm.api.models`: pydantic is
    loaded only where a body is checked or the document is written. `errors` are the statuses of its own, beside
    those that follow from access, parameters, request and the flags below.

    `accepts`: the media types of the request's body.
    `accepted`: the model of the answer 202, which names the job that does what is asked, where one does.
    `refused_as`: the media type of refusals, which are pages where people meet them.
    `pages`: a browser that asks for HTML is answered by a page instead, also when it is refused.
    `etag`: the answer is tagged with its id and version, and a change of what the path names heeds If-Match.
    `limited`: a key that is limited to classes may call it, because it hides the other customers.
    `also`: scopes that the key needs beside `access`, because the answer or the effect reveals what they guard.
    `also_for`: such a scope, and the requests for which the service asks for it.
    `brief`: the only fields of the answer to a key without the scope that reads what the route changes (`read_scope`);
    None where every answer is whole. `profile.id` is the `id` within `profile`.
    `personal`: the answer tells of a person, so what is kept of it is kept with the person.
    `secret`: the answer shows a secret or tells of several people, so nothing of it is kept.
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

    @property
    def method(self) -> str:
        return self.key.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.key.partition(" ")[2]

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that the route answers."""
        return self.spellings or (self.path,)

    @property
    def authorized(self) -> bool:
        """Whether the authorizer is asked and the gate looks at scopes."""
        return self.access not in {PUBLIC, WRITE_KEY}

    @property
    def read_scope(self) -> str:
        """The scope that reads what the route reads or changes."""
        return self.access.replace(":write", ":read")

    @property
    def repeatable(self) -> bool:
        """Whether `Idempotency-Key` makes sure that a request which is sent twice is performed once."""
        return self.authorized and self.method == "POST"

    @property
    def conditional(self) -> bool:
        """Whether `If-Match` makes sure that only the version which the caller has read is changed."""
        return self.etag and self.method != "GET" and ("{" in self.path or self.method == "PUT")
