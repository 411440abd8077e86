"""What a route of the API is."""

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
    those that follow from access, parameters and request.
    """

    key: str
    operation: str
    _: KW_ONLY
    function: str
    access: str
    summary: str
    status: int = 200
    request: str | None = None
    response: str | None = None
    media_type: str = "application/json"
    query: tuple[Parameter, ...] = ()
    errors: tuple[int, ...] = ()
    spellings: tuple[str, ...] = ()

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
