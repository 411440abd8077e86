"""Files as people import them, made up: the first row is the header."""

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
    """Twelve columns as in the usual sample of American contacts: phones without a country."""
    header = "first_name,last_name,company_name,address,city,county,state,zip,phone1,phone2,email,web"
    dice = random.Random(1)
    return [header.split(","), *(_contact(dice, number) for number in range(rows))]


def international(rows: int) -> list[list[str]]:
    """The same with the countries' codes."""
    header, *made = contacts(rows)
    dice = random.Random(2)
    for row in made:
        row[8] = f"+49 30 {dice.randrange(1_000_000, 9_999_999)}"
        row[9] = f"+1 212-{_local(dice)}"
    return [header, *made]


def marketing_list(rows: int) -> list[list[str]]:
    """What a newsletter tool exports: dates, points, tags, consents, here and there an empty cell."""
    header = "Email Address,First Name,Last Name,Company,City,Zip,Country,Language,Birthday,Points,Tags,Email Opt-in"
    dice = random.Random(3)
    return [header.split(","), *(_subscriber(dice, number) for number in range(rows))]


def _contact(dice: random.Random, number: int) -> list[str]:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    return [
        first,
        last,
        dice.choice(COMPANIES),
        f"{dice.randrange(1, 9_999)} {dice.choice(STREETS)}",
        dice.choice(CITIES),
        dice.choice(CITIES),
        dice.choice(STATES),
        f"{dice.randrange(501, 99_951):05d}",
        f"{dice.randrange(200, 999)}-{_local(dice)}",
        f"{dice.randrange(200, 999)}-{_local(dice)}",
        _email(first, last, number),
        f"http://www.{last.lower()}{number}.com",
    ]


def _subscriber(dice: random.Random, number: int) -> list[str]:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    birthday = f"{dice.randrange(1940, 2008)}-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}"
    return [
        _email(first, last, number),
        first,
        last,
        dice.choice(COMPANIES) if dice.random() < 0.4 else "",
        dice.choice(CITIES),
        f"{dice.randrange(1_000, 99_999):05d}",
        dice.choice(COUNTRIES),
        dice.choice(("de", "en", "fr", "")),
        birthday if dice.random() < 0.8 else "",
        str(dice.randrange(5_000)),
        dice.choice(TAGS),
        dice.choice(("yes", "no", "")),
    ]


def _email(first: str, last: str, number: int) -> str:
    name = f"{first}.{last}".lower().translate(str.maketrans("ëéü", "eeu"))
    return f"{name}{number}@example{number % 97}.com"


def _local(dice: random.Random) -> str:
    return f"{dice.randrange(200, 999)}-{dice.randrange(10_000):04d}"
