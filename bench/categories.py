"""Reading what a text is about, on one core: invented letters as long as residents' are, in batches and one at a time.

Invented letters repeat themselves, so that they fit a processor's cache better than real ones. The yardstick only counts each
letter's runs of three characters, in plain Python; it runs in the same process. How often the answer is right is measured by
``minfu evaluate category``, on texts with known answers.
"""

import json
from collections.abc import Iterator

from bench.home import Home
from bench.report import Figure

BATCHES, SINGLES, SECONDS, MEGABYTES = 12_000, 2_500, 15, 25

_READ = """
import json, os, pathlib, tempfile, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
from collections import Counter
from minfu.language import evaluation, stored, training
from minfu.language.tests.invented import invented
texts, labels = invented(32 * 2250)
# Eight sentences about one matter make a letter.
letters = [
    ("".join(texts[at + matter:at + 32:4]), labels[at + matter])
    for at in range(0, len(texts), 32) for matter in range(4)
]
labels = [label for _letter, label in letters]
letters = [letter for letter, _label in letters]
before = time.process_time()
model = training.learned(letters, labels)
learning = time.process_time() - before
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "category.model"
    stored.save(model, path)
    size = path.stat().st_size / 1e6
    model = stored.load(path)
    some = letters[:4000]
    batches = evaluation.rate(lambda: [model.probabilities(some[at:at + 500]) for at in range(0, 4000, 500)], 4000)
    singles = evaluation.rate(lambda: [model.read(one) for one in some[:1000]], 1000)
plain = evaluation.rate(lambda: [Counter(one[at:at + 3] for at in range(len(one) - 2)) for one in some[:1000]], 1000)
print(json.dumps({
    "texts": len(letters), "length": sum(map(len, letters)) // len(letters), "learning": learning, "size": size,
    "batches": batches, "singles": singles, "plain": plain,
}))
"""


def measure(where: Home) -> Iterator[Figure]:
    """Yield texts a second beside the yardstick, the seconds of learning and the size of the model."""
    done = json.loads(where.run_code(_READ))
    yield Figure("category", "plain count of runs of three characters", f"{done['plain']:,.0f} texts/s")
    for name, many, least in (("batches of 500", "batches", BATCHES), ("one at a time", "singles", SINGLES)):
        yield Figure(
            "category",
            f"reading the category, letters of {done['length']} characters, {name}",
            f"{done[many]:,.0f} texts/s",
            f"≥ {least:,} texts/s",
            done[many] >= least,
        )
    yield Figure(
        "category",
        f"learning from {done['texts']:,} letters",
        f"{done['learning']:.1f} s, {done['size']:.1f} MB",
        f"≤ {SECONDS} s, ≤ {MEGABYTES} MB",
        done["learning"] <= SECONDS and done["size"] <= MEGABYTES,
    )
