"""Texts without regard to case, in any script."""

import unicodedata


def folded(text: str) -> str:
    """Equal for texts that differ in case, in how their characters are composed, or in blanks."""
    # Unicode's canonical caseless matching (definition D145): decomposed, folded, composed again.
    caseless = unicodedata.normalize("NFD", text).casefold()
    return " ".join(unicodedata.normalize("NFC", caseless).split())
