"""One text for one value: JSON in the canonical form of RFC 8785, which hashes are made of."""

import json
from typing import Any

import rfc8785

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False)
#: Integers RFC 8785 knows: those a double holds exactly.
_EXACT = 2**53
#: Within these, Python writes a broken number as RFC 8785 does; beyond, one of them begins to use exponents.
_LEAST, _MOST = 1e-4, 1e15


def dumps(value: Any) -> bytes:
    """Return the canonical JSON of a value.

    Python's own encoder writes it, ten times as fast, where its form is the same; ``rfc8785`` where it may not be.
    """
    return _ENCODER.encode(value).encode() if _same(value) else rfc8785.dumps(value)


def _same(value: Any) -> bool:
    """Tell whether Python's encoder, with sorted keys and no spaces, writes the canonical form of a value."""
    kind = type(value)
    if isinstance(value, str) or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_EXACT < value < _EXACT)
    if kind is float:
        return bool(_LEAST <= abs(value) < _MOST and not value.is_integer())
    if kind is dict:
        # Other keys may sort differently: RFC 8785 compares UTF-16.
        return all(type(key) is str and key.isascii() and _same(one) for key, one in value.items())
    return kind in (list, tuple) and all(map(_same, value))
