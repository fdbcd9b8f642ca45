"""How a generated site is shaped: its providers, its topics, and how large its stories are."""

import itertools
import math
from collections.abc import Iterable

from bench.generate.dice import Dice, index_in
from bench.generate.records import Provider, Topic
from bench.generate.texts import slug
from bench.generate.vocabulary import (
    AMP_SHARE,
    HOUSE_SHARE,
    MAIN_TOPIC,
    MAX_MEAN_RELATED,
    MAX_STORY,
    PAPERS,
    PLACES,
    PROFILES,
    PROVIDERS,
    TOPICS,
)


def make_providers(dice: Dice) -> list[Provider]:
    """Return the providers, the most common first.

    The first is the maker of the site's subject, which publishes itself.
    """
    names = dice.shuffled(f"{place} {paper}" for place in PLACES for paper in PAPERS)
    return [_provider(dice, rank, name) for rank, name in enumerate(["Openharbor", *names[: PROVIDERS - 1]])]


def _provider(dice: Dice, rank: int, name: str) -> Provider:
    domain = slug(name.replace("É", "e")).replace("-", "") + ".example"
    return Provider(
        # A comma in the name, since some copies then have it percent-encoded.
        name=f"{name}, Inc." if rank % 50 == 10 else name,
        domain=domain,
        host=dice.pick(("", "www.", "www.", "www.", "markets.")) + domain,
        has_profile=rank < PROFILES,
        has_amp=rank > 0 and dice.chance(AMP_SHARE),
    )


def provider_weights() -> list[float]:
    """Return the running totals of the providers' shares of the articles.

    A flattened Zipf law: the second of 403 real providers has 3 % of them.
    """
    others = [1 / (rank + 4) for rank in range(1, PROVIDERS)]
    house = HOUSE_SHARE / (1 - HOUSE_SHARE) * math.fsum(others)
    return list(itertools.accumulate([house, *others]))


def make_topics() -> list[Topic]:
    """Return the topics: the main one, its children, then their children."""
    children = [Topic(name, MAIN_TOPIC) for name in TOPICS]
    grandchildren = [Topic(name, parent) for parent, names in TOPICS.items() for name in names.split("|")]
    return [Topic(MAIN_TOPIC, None), *children, *grandchildren]


def story_size_weights(ratio: float, largest: int) -> list[float]:
    """Return the weights of the story sizes 2 to `largest`.

    A mixture of 1/size**3 and 1/size**2, so that the mean of the squared sizes is
    `ratio` times the mean size, or as near to that as `largest` allows: an article
    of a story then finds itself among `ratio` articles on average.
    """
    sizes = range(2, largest + 1)
    light = _normalized([1 / size**3 for size in sizes])
    heavy = _normalized([1 / size**2 for size in sizes])
    lack = ratio * _moment(light, 1) - _moment(light, 2)
    excess = _moment(heavy, 2) - ratio * _moment(heavy, 1)
    share = lack / (lack + excess) if excess > 0 else 1.0
    return [share * often + (1 - share) * rarely for often, rarely in zip(heavy, light, strict=True)]


def _normalized(weights: list[float]) -> list[float]:
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def _moment(weights: list[float], power: int) -> float:
    return math.fsum(w * size**power for size, w in enumerate(weights, start=2))


def story_sizes(dice: Dice, articles: int, mean_related: float) -> list[int]:
    """Return how many articles each story has, 1 for those that stand alone.

    The sizes add up to `articles`. A greater mean comes from more articles in
    stories as well as from larger stories; by default half of them stand alone,
    and of the real 5,632 articles with their mean of 28, a seventh. Below some
    2,000 articles the mean is less exact, as there are few large stories then.
    """
    if not 0 <= mean_related <= MAX_MEAN_RELATED:
        raise ValueError(f"mean_related must be 0 to {MAX_MEAN_RELATED:g}")
    # The two sums below make share * (ratio - 1) the mean.
    budget = round(articles * mean_related / (mean_related + 7))
    largest = max(2, min(MAX_STORY, articles // 25))
    weights = story_size_weights(mean_related + 8, largest)
    stories = round(budget / _moment(weights, 1))
    sizes = dice.shuffled(_spread_sizes(dice, weights, stories))
    fitting = _fitting(sizes, budget)
    return dice.shuffled(fitting + [1] * (articles - sum(fitting)))


def _spread_sizes(dice: Dice, weights: list[float], stories: int) -> list[int]:
    """Draw the sizes evenly from the whole distribution.

    Independent draws would make the mean of such a heavy tail a matter of luck.
    """
    cumulative = list(itertools.accumulate(weights))
    sizes = [2 + index_in(cumulative, (number + dice.fraction()) / stories) for number in range(stories)]
    if stories >= 1000:  # a large site always has the slowest pages there are
        sizes[-1] = len(weights) + 1
    return sizes


def _fitting(sizes: Iterable[int], budget: int) -> list[int]:
    """Return the sizes but those that would exceed the budget of articles."""
    result = []
    for size in sizes:
        if size <= budget:
            result.append(size)
            budget -= size
    return result
