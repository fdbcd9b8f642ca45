"""The ranking of stories on the front page.

A story's score is ``points * 0.5 ** (age / half-life)``. As time passes, its logarithm falls by the same amount for every
story, so that the stored ``rank``, relative to a fixed time, keeps the right order
without updates, and a page needs one query of an index. /about/ranking/ shows the formula to readers.
"""

import datetime as dt
import math

from django.conf import settings

EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def points(heat: int, quality: int, independent: int) -> float:
    """Return the points of a story, its score when it is new: at least 1."""
    others = max(independent - 1, 0)
    return (
        1 + max(heat, 0) + settings.RANKING_QUALITY_WEIGHT * max(quality, 0) + settings.RANKING_PROVIDER_WEIGHT * others
    )


def rank_of(heat: int, quality: int, independent: int, time: dt.datetime) -> float:
    """Return the rank to store: the base-2 logarithm of the score, relative to EPOCH."""
    return math.log2(points(heat, quality, independent)) + half_lives(time)


def weight_of(rank: float, time: dt.datetime) -> float:
    """Return how much a story of this rank and time matters whatever its age: the base-2 logarithm of its points."""
    return rank - half_lives(time)


def half_lives(time: dt.datetime) -> float:
    """Return the time from EPOCH in half-lives."""
    return (time - EPOCH).total_seconds() / 3600 / settings.RANKING_HALF_LIFE_HOURS
