"""What comes first on the front page."""

import datetime as dt
from typing import TypedDict

from articles.models import Article

CANDIDATES = 200  # newest listed articles that are considered
HALF_LIFE_HOURS = 24.0
PER_PROVIDER = 3


class Candidate(TypedDict):
    id: int
    heat: int
    published_date_time: dt.datetime
    provider_id: int


def front_page_ids(top: int, latest: int) -> tuple[list[int], list[int]]:
    """Return the ids of the ``top`` stories, best first, and of the ``latest`` other articles, newest first."""
    rows = Article.objects.listed().newest_first().values("id", "heat", "published_date_time", "provider_id")
    candidates: list[Candidate] = list(rows[:CANDIDATES])
    chosen = _choose(candidates, top)
    return chosen, [row["id"] for row in candidates if row["id"] not in chosen][:latest]


def _choose(candidates: list[Candidate], top: int) -> list[int]:
    if not candidates:
        return []
    newest = candidates[0]["published_date_time"]
    chosen: list[int] = []
    providers: list[int] = []
    for row in sorted(candidates, key=lambda row: score(row, newest), reverse=True):
        if providers.count(row["provider_id"]) < PER_PROVIDER:
            chosen.append(row["id"])
            providers.append(row["provider_id"])
    return chosen[:top]


def score(row: Candidate, newest: dt.datetime) -> float:
    """Return heat, halved for every HALF_LIFE_HOURS that the article is older than the site's newest one.

    Measured against the newest article instead of the clock, the order of a site that rests stays as it was.
    """
    hours = (newest - row["published_date_time"]).total_seconds() / 3600
    return float(max(row["heat"], 0) * 0.5 ** (hours / HALF_LIFE_HOURS))
