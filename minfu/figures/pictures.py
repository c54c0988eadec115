"""Pictures as SVG, drawn by the server: a trend, a calendar, a way, tiles. Each stands beside its table."""

from collections.abc import Callable, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minfu.figures.rules.dashboard import Bar, Dashboard, Day, Point, Tile
from minfu.kernel import svg
from minfu.kernel.svg import Drawing

#: The class of pictures drawn narrow enough to be seen whole on a phone; and weeks a month's name is wide.
WHOLE, _WIDE = "picture picture-whole", 3
#: How wide a letter of a name on a map is.
_LETTER = 13
#: Letters of a name in one line of a tile, and how far apart lines are.
_TILE_LETTERS, _LINE = 8, 17


def trend(points: Sequence[Point], label: str) -> Drawing:
    """Draw two lines: what came in, and, dashed behind it, the period before."""
    width, height, left, bottom = 380, 200, 44, 28
    highest = max([value for point in points for value in (point.now, point.before) if value], default=0)
    top = _round_up(highest)
    step = (width - left - 24) / max(len(points) - 1, 1)

    def place(number: int, value: int) -> tuple[float, float]:
        return round(left + number * step, 1), round(
            height - bottom - value / top * (height - bottom - 16), 1
        )

    parts = [_rule(left, width, place(0, value)[1], f"{value:,}") for value in sorted({0, top // 2, top})]
    every = max(1, -(-len(points) // 6))
    parts += [
        svg.text(place(number, 0)[0], height - 8, point.label, anchor="middle")
        for number, point in enumerate(points)
        if number % every == 0
    ]
    before = [place(number, point.before) for number, point in enumerate(points) if point.before is not None]
    now = [place(number, point.now) for number, point in enumerate(points) if point.now is not None]
    parts.append(svg.line(before, svg.QUIET, "picture-before", dashed=True))
    parts.append(svg.line(now, svg.BLUE, "picture-now"))
    if now:
        x, y = now[-1]
        parts.append(
            format_html('<circle cx="{}" cy="{}" r="4" fill="{}" class="picture-dot"/>', x, y, svg.BLUE)
        )
    return svg.frame(width, height, label, svg.join(parts), name=WHOLE)


def _round_up(value: int) -> int:
    """Return a round number that is not smaller, and even."""
    size = int(10 ** max(len(str(value)) - 1, 0))
    top = max(-(-value // size) * size, 2)
    return top + size if top % 2 else top


def _rule(left: int, width: int, y: float, text: str) -> SafeString:
    line = format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" class="picture-rule"/>',
        left,
        y,
        width - 8,
        y,
        svg.LINE,
    )
    return svg.join([line, svg.text(left - 6, y + 4, text, anchor="end")])


def calendar(weeks: Sequence[Sequence[Day | None]], label: str) -> Drawing:
    """Draw a square for each day, weeks from left to right, darker where more came in."""
    size, left, top = 13, 24, 22
    days = [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")]
    parts = [svg.text(left - 8, top + row * size + 11, days[row], anchor="end") for row in (0, 2, 4, 6)]
    months = [next(day.day.month for day in week if day) for week in weeks]
    for column, week in enumerate(weeks):
        begins = not column or months[column - 1] != months[column]
        # A month of which less is to be seen than its name is wide has none.
        if begins and months[column : column + _WIDE] == [months[column]] * _WIDE:
            parts.append(svg.text(left + column * size, 14, _("%(month)s 月") % {"month": months[column]}))
        parts += [
            _square(left + column * size, top + row * size, size - 3, day)
            for row, day in enumerate(week)
            if day
        ]
    width = left + size * len(weeks) + 4
    return svg.frame(width, top + 7 * size + 4, label, svg.join(parts), name=WHOLE)


def _square(x: int, y: int, size: int, day: Day) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}" class="picture-shade-{}"><title>{}：{}</title></rect>',
        x,
        y,
        size,
        size,
        svg.SHADES[day.shade],
        day.shade,
        f"{day.day.month}-{day.day.day}",
        day.number,
    )


def bars(found: Sequence[Bar], label: str) -> Drawing:
    """Draw bars, their labels at the left and their numbers at the end; narrow enough for a phone, whole."""
    width, row, left = 360, 34, 112
    longest = width - left - 72
    parts = []
    for number, bar in enumerate(found):
        y, length = 6 + number * row, max(round(longest * bar.share / 100), 2 if bar.number else 0)
        parts.append(svg.text(left - 10, y + 19, bar.label, anchor="end", fill=svg.INK))
        parts.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}" class="picture-bar"/>',
                left, y + 3, length, row - 12, svg.BLUE,
            )
        )  # fmt: skip
        parts.append(svg.text(left + length + 8, y + 19, f"{bar.number:,}", fill=svg.INK))
    return svg.frame(width, 12 + row * len(found), label, svg.join(parts), name=WHOLE)


def tiles(found: Sequence[Tile], label: str) -> Drawing:
    """Draw a tile for each place with its name and number: a map where nobody drew one."""
    across, width, gap = 6, 122, 6
    longest = max((len(_in_lines(tile.area.name)) for tile in found), default=1)
    height = 66 + _LINE * (longest - 1)
    parts = []
    for number, tile in enumerate(found):
        x, y = (number % across) * (width + gap), (number // across) * (height + gap)
        parts.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" rx="6" fill="{}" class="picture-shade-{}"/>',
                x, y, width, height, svg.SHADES[tile.shade], tile.shade,
            )
        )  # fmt: skip
        ink = svg.ON[tile.shade]
        parts += [
            svg.text(x + 10, y + 26 + _LINE * step, line, fill=ink)
            for step, line in enumerate(_in_lines(tile.area.name))
        ]
        parts.append(svg.text(x + 10, y + height - 16, tile.first.text, fill=ink))
    rows = -(-len(found) // across)
    return svg.frame(across * (width + gap), max(rows, 1) * (height + gap), label, svg.join(parts))


def _in_lines(name: str) -> list[str]:
    """Return a name in as many lines as it needs."""
    return [name[at : at + _TILE_LETTERS] for at in range(0, len(name), _TILE_LETTERS)] or [""]


def areas(board: Dashboard, label: str) -> Drawing | None:
    """Draw the outlines of places where they are known, darker where more came in; None where too few are."""
    found = board.outlines
    if found is None:
        return None
    tiles_of = {tile.area.code: tile for tile in board.tiles}
    shapes, names = [], []
    for one in found.outlines:
        tile = tiles_of[one.code]
        name, number = tile.area.name, tile.first.text
        path = "".join(f"M{'L'.join(f'{x},{y}' for x, y in ring)}Z" for ring in one.rings)
        shapes.append(
            format_html(
                '<path d="{}" fill="{}" fill-rule="evenodd" stroke="{}" class="picture-area picture-shade-{}">'
                "<title>{}：{}</title></path>",
                path, svg.SHADES[tile.shade], svg.QUIET, tile.shade, name, tile.first.shown,
            )
        )  # fmt: skip
        x, y = one.middle
        if one.room >= len(name) * _LETTER:
            names.append(svg.label(x, y - 4, name))
            names.append(svg.label(x, y + 15, number))
        elif one.room >= len(number) * _LETTER:
            names.append(svg.label(x, y + 5, number))
    height = int(found.height) + 4
    return svg.frame(int(found.width), height, label, svg.join([*shapes, *names]), name=WHOLE)


def draw(name: str, board: Dashboard) -> Drawing | None:
    """Draw a picture of a dashboard by name; None for a map where too few places are drawn, KeyError for another name."""
    drawing: dict[str, Callable[[], Drawing | None]] = {
        "trend": lambda: trend(board.trend, TITLES["trend"]()),
        "calendar": lambda: calendar(board.calendar, TITLES["calendar"]()),
        "way": lambda: bars(board.way, TITLES["way"]()),
        "ages": lambda: bars(board.ages, TITLES["ages"]()),
        "tiles": lambda: tiles(board.tiles, TITLES["tiles"]()),
        "map": lambda: areas(board, TITLES["map"]()),
    }
    return drawing[name]()


#: The pictures there are, and what each is called.
TITLES: dict[str, Callable[[], str]] = {
    "trend": lambda: _("登记诉求的走势"),
    "calendar": lambda: _("近半年每天登记的诉求"),
    "way": lambda: _("诉求走到哪一步"),
    "ages": lambda: _("超期了多久"),
    "tiles": lambda: _("各地登记的诉求"),
    "map": lambda: _("各地登记的诉求（地图）"),
}
