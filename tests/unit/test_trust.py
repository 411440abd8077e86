"""How much weight what somebody sends has."""

import pytest

from crm.domain.trust import Rank, rank_of


@pytest.mark.parametrize(
    ("kind", "source", "rank"),
    [
        ("web", "src_0123456789ab", Rank.PUBLIC),
        ("mobile", "src_0123456789ab", Rank.PUBLIC),
        ("web", "form:form_1", Rank.PUBLIC),
        ("web", "key:forged", Rank.PUBLIC),
        ("server", "src_0123456789ab", Rank.TRUSTED),
        ("server", "import:7", Rank.TRUSTED),
        ("server", "unsubscribe", Rank.TRUSTED),
        ("server", "key:0123456789ab", Rank.BY_HAND),
        ("server", "user:ann", Rank.BY_HAND),
    ],
)
def test_a_rank_is_told_by_the_source(kind: str, source: str, rank: Rank) -> None:
    assert rank_of(kind, source) is rank


def test_by_hand_outweighs_trusted_outweighs_public() -> None:
    assert Rank.BY_HAND > Rank.TRUSTED > Rank.PUBLIC
