"""What the pictures share: paper, colours, fonts, text that fits. Drawn with Pillow: a fifth of a plotting library's time, most of it
without holding other people's messages up.
"""

from __future__ import annotations

import importlib.util
import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH = 900  # pixels
PAPER, INK, QUIET, LINE = "#F7F4EE", "#22252B", "#6B6F78", "#E3DED3"
DETAIL = "#454952"
GREEN, BLUE, VIOLET, OCHRE, GREY = "#176E63", "#2762A6", "#6A4C93", "#8A6300", "#9A958A"
_FINE = 2  # shapes are drawn this much larger and then reduced: edges get smooth


class Shapes:
    """The shapes of a picture, in its own pixels; text comes on top, on what `done` returns."""

    def __init__(self, height: int) -> None:
        from PIL import Image, ImageDraw

        self._large = Image.new("RGB", (WIDTH * _FINE, height * _FINE), PAPER)
        self._draw = ImageDraw.Draw(self._large)

    def box(self, x: float, y: float, width: float, height: float, colour: str, edge: str | None = None, radius: float = 16) -> None:
        """A box with round corners."""
        corners = (x * _FINE, y * _FINE, (x + width) * _FINE - 1, (y + height) * _FINE - 1)
        self._draw.rounded_rectangle(corners, radius * _FINE, fill=colour, outline=edge or colour, width=2 * _FINE)

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A box with sharp corners."""
        self._draw.rectangle((x * _FINE, y * _FINE, (x + width) * _FINE - 1, (y + height) * _FINE - 1), fill=colour)

    def line(self, points: list[tuple[float, float]], colour: str, width: float, *, dots: float = 0) -> None:
        """A line through points, with dots of a radius."""
        large = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(large, fill=colour, width=round(width * _FINE), joint="curve")
        for x, y in large if dots else ():
            self._draw.ellipse((x - dots * _FINE, y - dots * _FINE, x + dots * _FINE, y + dots * _FINE), fill=colour)

    def done(self) -> tuple[Image, ImageDraw]:
        """The picture with its shapes, and what writes on it."""
        from PIL import ImageDraw

        image = self._large.reduce(_FINE)
        return image, ImageDraw.Draw(image)


def png(image: Image) -> bytes:
    """The picture as a file's content."""
    out = io.BytesIO()
    image.save(out, format="png")
    return out.getvalue()


def fitted(draw: ImageDraw, text: str, x: float, y: float, width: float, *, size: int, bold: bool = False, colour: str = INK) -> None:
    """Text that shrinks to its width, and is cut with an ellipsis when it would get too small to read."""
    wanted = font(size, bold=bold)
    if (wide := wanted.getlength(text)) > width:
        wanted = font(int(max(size * 0.8, size * width / wide)), bold=bold)
    shown = text
    while wanted.getlength(shown) > width and len(text) > 1:
        text = text[:-1].rstrip()
        shown = f"{text}\N{HORIZONTAL ELLIPSIS}"
    draw.text((x, y), shown, fill=colour, font=wanted, anchor="lm")


@lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> FreeTypeFont:
    """DejaVu Sans, from the files that matplotlib brings; `size` in pixels."""
    from PIL import ImageFont

    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None and spec.origin is not None
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / name), size)
