"""Photos of the demo: drawn, so that nobody's house is on them."""

import io

from PIL import Image, ImageDraw

WIDE, HIGH = 960, 720
_GROUND, _BRICK = 560, (80, 40)
#: The crack, from the eaves to the foot of the wall.
_CRACK = ((470, 150), (500, 230), (455, 310), (510, 390), (470, 470), (515, 560))


def wall(*, mended: bool) -> bytes:
    """Return a drawing of a brick wall as JPEG: with a crack and fallen bricks, or mended and plastered."""
    image = Image.new("RGB", (WIDE, HIGH), "#c9dcea")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, _GROUND, WIDE, HIGH), fill="#8d8a5c")
    draw.rectangle((120, 150, 840, _GROUND), fill="#a9694a")
    _bricks(draw)
    draw.polygon(((90, 150), (480, 60), (870, 150)), fill="#4b4a4f")
    if mended:
        draw.rectangle((420, 150, 560, _GROUND), fill="#d8d3c8")
    else:
        draw.line(_CRACK, fill="#1d1512", width=16, joint="curve")
        for left in (430, 520, 585):
            draw.rectangle((left, 590, left + 60, 622), fill="#a9694a", outline="#7c4a33")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _bricks(draw: ImageDraw.ImageDraw) -> None:
    wide, high = _BRICK
    for row, top in enumerate(range(150, _GROUND, high)):
        draw.line((120, top, 840, top), fill="#c89b82", width=2)
        for left in range(120 + (row % 2) * wide // 2, 840, wide):
            draw.line((left, top, left, min(top + high, _GROUND)), fill="#c89b82", width=2)
