"""Public suffixes: domains below which anyone can register a name, so that a wildcard over one covers strangers'
sites.

The Public Suffix List (https://publicsuffix.org) has some 10,000 and changes weekly. These are the usual forms of
registries and the commonest hosts of other people's sites. That suffices against mistakes, and no more is at stake:
outside browsers an origin proves nothing, and `*` is allowed.
"""

import re

_REGISTRY = re.compile(
    r"(?:ac|co|com|edu|gob|gouv|gov|govt|gv|ltd|mil|ne|net|nhs|nom|or|org|plc|sch)\.[a-z]{2}|go\.(?:id|jp|ke|kr|th)|me\.uk"
)
_AWS = re.compile(r"(?:.*\.)?amazonaws\.com(?:\.cn)?")
_HOSTS = frozenset(
    {
        "amplifyapp.com",
        "appspot.com",
        "azurestaticapps.net",
        "azurewebsites.net",
        "blogspot.com",
        "cloudfront.net",
        "deno.dev",
        "elasticbeanstalk.com",
        "firebaseapp.com",
        "fly.dev",
        "framer.app",
        "framer.website",
        "github.io",
        "gitlab.io",
        "glitch.me",
        "herokuapp.com",
        "jimdofree.com",
        "lovable.app",
        "myshopify.com",
        "netlify.app",
        "ngrok-free.app",
        "ngrok.app",
        "ngrok.io",
        "notion.site",
        "on.aws",
        "onrender.com",
        "pages.dev",
        "pythonanywhere.com",
        "readthedocs.io",
        "repl.co",
        "replit.app",
        "run.app",
        "surge.sh",
        "trycloudflare.com",
        "vercel.app",
        "web.app",
        "webflow.io",
        "weebly.com",
        "wixsite.com",
        "wordpress.com",
        "workers.dev",
    }
)


def is_public_suffix(name: str) -> bool:
    """Return whether unrelated parties own the names below this one (`com`, `co.uk`, `github.io`).

    `name` in lower case.
    """
    if name == "localhost":
        return False
    single = "." not in name
    return single or name in _HOSTS or any(known.fullmatch(name) for known in (_REGISTRY, _AWS))
