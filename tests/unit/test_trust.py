"""The rank of a source's statements."""

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
def test_the_source_decides_the_rank(kind: str, source: str, rank: Rank) -> None:
    assert rank_of(kind, source) is rank


def test_ranks_are_ordered_by_hand_trusted_public() -> None:
    assert Rank.BY_HAND > Rank.TRUSTED > Rank.PUBLIC
