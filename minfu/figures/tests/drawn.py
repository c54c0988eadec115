"""Villages whose grids are drawn: squares side by side."""

from collections.abc import Sequence

from minfu.places import index
from minfu.places.models import Grid


def draw(villages: Sequence[str]) -> None:
    """Draw every grid of these villages, and a first one where there is none."""
    for place, village in enumerate(villages):
        if not Grid.objects.filter(village_id=village).exists():
            Grid.objects.create(code=f"{village}1001", name="第一网格", village_id=village)
        for number, grid in enumerate(Grid.objects.filter(village_id=village)):
            west, south = 118.75 + place * 0.02 + number * 0.005, 26.58
            square = [(0, 0), (0.005, 0), (0.005, 0.01), (0, 0.01), (0, 0)]
            ring = [[west + x, south + y] for x, y in square]
            edges = {"west": west, "south": south, "east": west + 0.005, "north": south + 0.01}
            Grid.objects.filter(pk=grid.pk).update(
                geometry={"type": "Polygon", "coordinates": [ring]}, **edges
            )
    index.forget()
