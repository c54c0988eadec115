"""Tables of figures."""

from minfu.figures.models.facts import Bucket, Fact, Progress
from minfu.figures.models.judged import Exclusion, Published, Weight

__all__ = ["Bucket", "Exclusion", "Fact", "Progress", "Published", "Weight"]
