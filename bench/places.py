"""Reading places out of texts, on one core: the generated phrases of ``minfu evaluate place``, and a long letter.

The yardstick looks for every village's name as it stands, without index or understanding; it runs in the same process.
"""

import json
from collections.abc import Iterator

from bench.home import Home
from bench.report import Figure

PER_SECOND = 5000

_READ = """
import json, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
from minfu.places import evaluation, finding, invented, phrases
made = invented.world("350922", 1)
texts = [one.text for one in phrases.phrases(made, 1)]
long = [("".join(texts[at:at + 300]))[:100_000] for at in range(0, 3000, 300)]
def rate(texts, work):
    return len(texts) / evaluation.seconds(work)
print(json.dumps({
    "texts": len(texts),
    "read": rate(texts, lambda: [finding.find(one, index=made.index) for one in texts]),
    "plain": rate(texts, lambda: evaluation.bare_scan(made, texts)),
    "long": 1000 / rate(long, lambda: [finding.find(one, index=made.index) for one in long]),
}))
"""


def measure(where: Home) -> Iterator[Figure]:
    """Yield texts a second beside the yardstick, and the milliseconds that a text of many places takes."""
    done = json.loads(where.run_code(_READ))
    yield Figure("place", "plain look for every village's name, unindexed", f"{done['plain']:,.0f} texts/s")
    yield Figure(
        "place",
        f"reading the place, {done['texts']:,} generated texts",
        f"{done['read']:,.0f} texts/s",
        f"≥ {PER_SECOND:,} texts/s",
        done["read"] >= PER_SECOND,
    )
    yield Figure(
        "place",
        "a letter that is nothing but places (read as far as 3,000 characters)",
        f"{done['long']:.1f} ms",
    )
