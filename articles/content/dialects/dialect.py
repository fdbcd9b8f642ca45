"""What a site's files look like where they are not in the house style: a record that readers and writers of files get."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the files of one site are read; ``zone`` is that of times that name none."""

    zone: dt.tzinfo = dt.UTC


HOUSE = Dialect()
