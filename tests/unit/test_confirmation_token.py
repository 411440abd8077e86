"""The token of a confirmation link: valid for one address and one submission only."""

import base64
import uuid

from hypothesis import given
from hypothesis import strategies as st

from crm.domain import unsubscribe
from crm.domain.confirmation import ConfirmationToken, seal_confirmation, unseal_confirmation

SECRETS = {1: b"a" * 32, 2: b"b" * 32}
LINK = ConfirmationToken("5d0f3bd4-0b4c-5d63-9d0e-4b3a2f0c7a11", 1_795_289_400_000)
TOKEN = seal_confirmation(LINK, 1, SECRETS[1])


@given(st.uuids(), st.integers(0, 2**48 - 1), st.sampled_from([1, 2]))
def test_a_sealed_token_is_unsealed_unchanged(id_: uuid.UUID, at: int, number: int) -> None:
    link = ConfirmationToken(str(id_), at)
    assert unseal_confirmation(seal_confirmation(link, number, SECRETS[number]), SECRETS.get) == link


def test_a_token_with_a_changed_bit_is_invalid() -> None:
    sealed = base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        assert (
            unseal_confirmation(base64.urlsafe_b64encode(changed).decode().rstrip("="), SECRETS.get) is None
        )


@given(st.text(max_size=200))
def test_an_arbitrary_text_is_no_valid_token(text: str) -> None:
    assert unseal_confirmation(text, SECRETS.get) is None


def test_confirmation_and_unsubscribe_tokens_are_not_interchangeable() -> None:
    assert unsubscribe.unseal(TOKEN, SECRETS.get) is None
    unsubscribing = unsubscribe.seal(unsubscribe.UnsubscribeToken(LINK.profile_id, "emails"), 1, SECRETS[1])
    assert unseal_confirmation(unsubscribing, SECRETS.get) is None


def test_a_token_sealed_with_another_secret_is_invalid() -> None:
    assert unseal_confirmation(TOKEN, {1: b"c" * 32}.get) is None
