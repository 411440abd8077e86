"""Compare texts without regard to case, in any script."""

import unicodedata


def folded(text: str) -> str:
    """Fold a text: equal for texts that differ in case, in the composition of characters, or in blanks."""
    # Unicode's canonical caseless matching (definition D145): decomposed, folded, composed again.
    caseless = unicodedata.normalize("NFD", text).casefold()
    return " ".join(unicodedata.normalize("NFC", caseless).split())
