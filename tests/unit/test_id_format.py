"""Generated ids have a prefix and twelve digits; no other text is looked up."""

import pytest

from crm.domain.id_format import IdFormat

SEGMENT = IdFormat("seg")


def test_an_id_is_made_of_the_first_six_random_bytes() -> None:
    assert SEGMENT.make(bytes(range(8))) == "seg_000102030405"
    assert SEGMENT.matches(SEGMENT.make(b"\xff" * 6))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "seg_",
        "seg_00010203040",
        "seg_0001020304051",
        "seg_00010203040G",
        "src_000102030405",
        "seg_000102030405\n",
    ],
)
def test_other_texts_are_no_ids(text: str) -> None:
    assert not SEGMENT.matches(text)
