"""Draws a card: the title as large as fits, below it who published it and the name of the site."""

import io
from functools import cache

from PIL import Image, ImageDraw

from articles.distribution.cards.fonts import drawable, font
from articles.distribution.cards.lines import broken, cut, is_rtl, parts_of, width_of
from articles.pages.social import CARD_SIZE

MARGIN = 80  # pixels
# Cards are drawn in 256 shades, which become colours by a palette: far quicker than to draw in colours.
INK, ACCENT, QUIET, LINE, PAPER = 0, 1, 76, 214, 255
DARKEST, LIGHTEST, GREEN = (27, 34, 38), (254, 254, 253), (11, 110, 110)
SIZES = (76, 66, 58, 50, 44)  # of the title, the largest first
LINE_HEIGHT = 1.32
TOO_WIDE = 1.05  # hinting changes widths a little with the size, and lines lose the spaces at their ends
TITLE_TOP, TITLE_BOTTOM = 90, 500
SMALL, SMALL_BASELINE = 32, 560
COMPRESSION = 4  # a tenth larger than with zlib's usual 6, in half the time
LONGEST = 500  # characters of a title that are looked at, more than fit


def draw(title: str, label: str, site_name: str) -> bytes:
    """Return a PNG; characters that no font has are left out."""
    width = CARD_SIZE[0]
    image = Image.new("L", CARD_SIZE, PAPER)
    canvas = ImageDraw.Draw(image)
    title = drawable(title[:LONGEST])
    mirrored = is_rtl(title)
    canvas.rectangle((0, 0, width, 16), fill=ACCENT)
    size, lines = _fitted(title, width - 2 * MARGIN)
    baseline = TITLE_TOP + size
    for line in lines:
        _write(canvas, line, size, baseline, INK, on_right=mirrored, base_is_rtl=mirrored)
        baseline += round(size * LINE_HEIGHT)
    canvas.line((MARGIN, TITLE_BOTTOM + 10, width - MARGIN, TITLE_BOTTOM + 10), fill=LINE, width=2)
    for text, color, on_right, room in ((label, INK, mirrored, 640), (site_name, QUIET, not mirrored, 360)):
        for short in cut(broken(drawable(text), SMALL, room), 1, SMALL, room):
            _write(canvas, short, SMALL, SMALL_BASELINE, color, on_right, is_rtl(short))
    output = io.BytesIO()
    image.putpalette(_palette())
    image.save(output, "PNG", compress_level=COMPRESSION)
    return output.getvalue()


@cache
def _palette() -> bytes:
    """Return the colours of the shades: from ink to paper, and one of its own."""
    shades = [
        tuple(dark + (light - dark) * shade // 255 for dark, light in zip(DARKEST, LIGHTEST, strict=True))
        for shade in range(256)
    ]
    shades[ACCENT] = GREEN
    return bytes(value for shade in shades for value in shade)


def _fitted(title: str, width: int) -> tuple[int, list[str]]:
    """Return the largest size in which a title fits, and its lines; in the smallest, it is cut."""
    # Widths grow with the size, so that one measure tells in which sizes a title has too little room.
    least = width_of(title, SIZES[-1]) / SIZES[-1]
    for size in SIZES:
        if least * size > TOO_WIDE * _most(size) * width:
            continue
        lines = broken(title, size, width)
        if len(lines) <= _most(size):
            return size, lines
    lines = broken(title, SIZES[-1], width)
    return SIZES[-1], cut(lines, _most(SIZES[-1]), SIZES[-1], width)


def _most(size: int) -> int:
    return int((TITLE_BOTTOM - TITLE_TOP - size) // (size * LINE_HEIGHT)) + 1


def _write(
    canvas: ImageDraw.ImageDraw, line: str, size: int, baseline: int, color: int, on_right: bool, base_is_rtl: bool
) -> None:
    x = CARD_SIZE[0] - MARGIN - width_of(line, size) if on_right else float(MARGIN)
    for part in parts_of(line, base_is_rtl):
        if part.text.strip():
            direction = "rtl" if part.is_rtl else "ltr"
            canvas.text((x, baseline), part.text, color, font(part.font, size), anchor="ls", direction=direction)
        x += part.width(size)
