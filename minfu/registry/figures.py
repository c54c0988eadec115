"""How often the vault was opened and what was erased: figures about the vault, never about a person."""

from datetime import datetime

from django.db.models import Count

from minfu.registry.models import Erasure, Reveal
from minfu.registry.rules.purposes import purpose


def looks_by_purpose(since: datetime) -> list[tuple[str, int]]:
    """Return how many looks there were since a moment for each purpose, the most frequent first."""
    rows = Reveal.objects.filter(at__gte=since).values_list("purpose").annotate(looks=Count("pk"))
    return [
        (str(known.label) if (known := purpose(code)) else code, looks)
        for code, looks in rows.order_by("-looks", "purpose")
    ]


def erased(since: datetime) -> dict[str, int]:
    """Return how many identities were erased since a moment, for each ground."""
    rows = Erasure.objects.filter(at__gte=since).values_list("ground").annotate(number=Count("pk"))
    found = dict(rows)
    return {str(ground.label): found.get(str(ground), 0) for ground in Erasure.Ground}
