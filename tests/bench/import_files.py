"""Generated files of common kinds; the first row is the header."""

import random

FIRST = (
    "James",
    "Josephine",
    "Art",
    "Lenna",
    "Donette",
    "Simona",
    "Mitsue",
    "Leota",
    "Sage",
    "Kris",
    "Zoë",
    "José",
)
LAST = (
    "Butt",
    "Darakjy",
    "Venere",
    "Paprocki",
    "Foller",
    "Morasca",
    "Tollner",
    "Dilliard",
    "Wieser",
    "Müller",
)
CITIES = (
    "New Orleans",
    "Brighton",
    "Bridgeport",
    "Anchorage",
    "Hamilton",
    "Ashland",
    "Chicago",
    "San Jose",
    "Köln",
)
STATES = ("LA", "MI", "NJ", "AK", "OH", "IL", "CA", "SD", "NY", "TX")
STREETS = (
    "N Blue Gum St",
    "Blue Ridge Blvd",
    "W Cerritos Ave",
    "Main St",
    "Center St",
    "McKinley Ave",
    "Plaza #97",
)
COMPANIES = (
    "Benton, John B Jr",
    "Chanay, Jeffrey A Esq",
    "Chemel, James L Cpa",
    "Feltz Printing Service",
    "Printing",
)
COUNTRIES = ("DE", "AT", "CH", "FR", "PL", "US")
TAGS = ("vip", "newsletter;vip", "", "fair 2026", "newsletter")


def contacts(rows: int) -> list[list[str]]:
    """Generate the twelve columns of the usual sample of American contacts; phone numbers have no country code."""
    header = "first_name,last_name,company_name,address,city,county,state,zip,phone1,phone2,email,web"
    rng = random.Random(1)
    return [header.split(","), *(_contact(rng, number) for number in range(rows))]


def international(rows: int) -> list[list[str]]:
    """Generate the same contacts with country codes."""
    header, *made = contacts(rows)
    rng = random.Random(2)
    for row in made:
        row[8] = f"+49 30 {rng.randrange(1_000_000, 9_999_999)}"
        row[9] = f"+1 212-{_local(rng)}"
    return [header, *made]


def marketing_list(rows: int) -> list[list[str]]:
    """Generate the export of a newsletter tool: dates, points, tags, consents, and some empty cells."""
    header = "Email Address,First Name,Last Name,Company,City,Zip,Country,Language,Birthday,Points,Tags,Email Opt-in"
    rng = random.Random(3)
    return [header.split(","), *(_subscriber(rng, number) for number in range(rows))]


def _contact(rng: random.Random, number: int) -> list[str]:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    return [
        first,
        last,
        rng.choice(COMPANIES),
        f"{rng.randrange(1, 9_999)} {rng.choice(STREETS)}",
        rng.choice(CITIES),
        rng.choice(CITIES),
        rng.choice(STATES),
        f"{rng.randrange(501, 99_951):05d}",
        f"{rng.randrange(200, 999)}-{_local(rng)}",
        f"{rng.randrange(200, 999)}-{_local(rng)}",
        _email(first, last, number),
        f"http://www.{last.lower()}{number}.com",
    ]


def _subscriber(rng: random.Random, number: int) -> list[str]:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    birthday = f"{rng.randrange(1940, 2008)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    return [
        _email(first, last, number),
        first,
        last,
        rng.choice(COMPANIES) if rng.random() < 0.4 else "",
        rng.choice(CITIES),
        f"{rng.randrange(1_000, 99_999):05d}",
        rng.choice(COUNTRIES),
        rng.choice(("de", "en", "fr", "")),
        birthday if rng.random() < 0.8 else "",
        str(rng.randrange(5_000)),
        rng.choice(TAGS),
        rng.choice(("yes", "no", "")),
    ]


def _email(first: str, last: str, number: int) -> str:
    name = f"{first}.{last}".lower().translate(str.maketrans("ëéü", "eeu"))
    return f"{name}{number}@example{number % 97}.com"


def _local(rng: random.Random) -> str:
    return f"{rng.randrange(200, 999)}-{rng.randrange(10_000):04d}"
