"""Measure the look-ups and read units of reading one card, by the number of the profile's members."""

from tests.bench.figures import Figure
from tests.bench.lifelike import SESSION_START, as_user, session, track
from tests.support.stage import Stage, on_stage

NAME = "card-reads"


def run() -> list[Figure]:
    """Measure people of one, two (browser and user) and three members (browser, email and user)."""
    figures: list[Figure] = []
    with on_stage() as stage:
        for members, profile_id in ((1, _visitor(stage)), (3, _user(stage))):
            profile = stage.read(f"/v1/profiles/{profile_id}")
            stage.meter.reset()
            stage.read(f"/v1/profiles/{profile_id}")
            usage = stage.meter.reset()
            if len(profile["members"]) != members:
                raise AssertionError(f"expected {members} members: {profile['members']}")
            figures.append(
                Figure(
                    bench=NAME,
                    name=f"{members} member{'s' * (members > 1)}: look-ups",
                    value=usage.lookups / members,
                    unit="per member",
                    budget=1,
                )
            )
            units = Figure(
                bench=NAME, name=f"{members} member{'s' * (members > 1)}", value=usage.read, unit="read units"
            )
            figures.append(units)
    return figures


def _visitor(stage: Stage) -> str:
    messages = session(1, 20)
    stage.send(messages)
    stage.project()
    return _id_of(stage, "anonymous_id", messages[0]["anonymousId"])


def _user(stage: Stage) -> str:
    visit = session(2, 20)
    stage.send(visit)
    login = as_user([track(visit[0]["anonymousId"], SESSION_START, 1)], "u-1", "solveig@example.com")
    stage.send([message | {"context": {"traits": {"email": "solveig@example.com"}}} for message in login])
    stage.project()
    return _id_of(stage, "user_id", "u-1")


def _id_of(stage: Stage, type_: str, value: str) -> str:
    profile_id: str = stage.read(f"/v1/identities/{type_}/{value}")["id"]
    return profile_id
