"""What typing adds to a number: width, spaces, dashes."""

import unicodedata

#: Dashes people and input methods produce.
DASHES = "-‐‑‒–—―−－ー﹣"
_DASHES = str.maketrans(dict.fromkeys(DASHES, "-"))


def plain(text: str) -> str:
    """Return ``text`` half-width (NFKC), upper-case, with every dash as ``-`` and without spaces and invisible marks."""
    if text.isascii() and text.isalnum():
        return text.upper()
    folded = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
    return "".join(one for one in folded if unicodedata.category(one)[0] not in "ZC").upper()
