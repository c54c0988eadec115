"""Tables of figures."""

from minfu.figures.models.facts import Bucket, Cell, Key, Progress, Shape
from minfu.figures.models.judged import Exclusion, Published, Weight

__all__ = ["Bucket", "Cell", "Exclusion", "Key", "Progress", "Published", "Shape", "Weight"]
