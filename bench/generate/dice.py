"""Random choices that are the same on any machine and in any Python from 3.11."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Random choices that stay the same in every Python version."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def fraction(self) -> float:
        """Return a number of 0 up to, but not including, 1."""
        return self._random.random()

    def chance(self, share: float) -> bool:
        """Return whether an event with the probability `share` happens."""
        return self._random.random() < share

    def below(self, limit: int) -> int:
        """Return an integer of 0 to `limit` - 1."""
        return int(self._random.random() * limit)

    def pick(self, values: Sequence[T]) -> T:
        """Return one of the values, each equally likely."""
        return values[int(self._random.random() * len(values))]

    def weighted(self, cumulative: Sequence[float]) -> int:
        """Return an index, with probabilities by the running totals of the weights."""
        return index_in(cumulative, self._random.random())

    def between(self, deciles: Sequence[int]) -> int:
        """Return an integer distributed by the 11 deciles."""
        tenth = self.below(10)
        low, high = deciles[tenth], deciles[tenth + 1]
        return low + self.below(high - low + 1)

    def shuffled(self, values: Iterable[T]) -> list[T]:
        """Return the values in a random order (Fisher and Yates)."""
        result = list(values)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result

    def octets(self, count: int) -> bytes:
        """Return `count` random bytes."""
        return self._random.getrandbits(8 * count).to_bytes(count, "big")


def index_in(cumulative: Sequence[float], fraction: float) -> int:
    """Return the index whose span of the running totals holds the fraction."""
    index = bisect(cumulative, fraction * cumulative[-1])
    return min(index, len(cumulative) - 1)  # a product may round up to the total
