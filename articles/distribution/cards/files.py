"""Cards that have been drawn, as files: each is drawn once.

They are not among the media, whose addresses answer whatever becomes of an article.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings


def stored(kind: str, pk: int, digest: str, draw: Callable[[], bytes]) -> bytes:
    """Return a card from its file; without one, draw it, and replace the file of an earlier card of the same page."""
    folder = Path(settings.VAR_DIR) / "cards"
    path = folder / f"{kind}-{pk}-{digest}.png"
    with suppress(OSError):
        return path.read_bytes()
    data = draw()
    # A site whose folder cannot be written draws each time.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(data)
        temporary.replace(path)
        for other in folder.glob(f"{kind}-{pk}-*.png"):
            if other != path:
                other.unlink(missing_ok=True)
    return data
