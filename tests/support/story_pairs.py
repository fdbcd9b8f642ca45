"""Labelled pairs of articles, and the stories that the rule makes of the sites they are from. No database."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from articles.content.web_addresses import normal_address
from articles.stories.candidates import find_evidence, linked_by
from articles.stories.events import Likenesses, events
from articles.stories.weights import Text, Vocabulary, learn

PAIRS = Path(__file__).resolve().parents[1] / "stories" / "pairs"
GERMAN = "german"


@dataclass(frozen=True)
class Pair:
    """Two articles by their addresses, or ids of made-up ones, and whether they tell of the same event."""

    site: str
    one: str
    other: str
    same: bool
    held_back: bool


@dataclass
class Site:
    """The articles of a site by address, as the rule needs them."""

    keys: dict[str, int] = field(default_factory=dict)
    texts: dict[int, Text] = field(default_factory=dict)
    heads: dict[int, tuple[int, int]] = field(default_factory=dict)  # heat and quality
    links: set[tuple[int, int]] = field(default_factory=set)
    providers: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, values: dict[str, Any]) -> int:
        pk = self.keys.setdefault(key, len(self.keys))
        domain = values["provider"]["domain"]
        provider = self.providers.setdefault(domain, len(self.providers))
        time = values["publishedDateTime"]
        hours = (time if time.tzinfo else time.replace(tzinfo=dt.UTC)).timestamp() / 3600
        self.texts[pk] = Text(pk, str(values["title"]), str(values.get("excerpt") or ""), provider, hours)
        self.heads[pk] = (values.get("heat") or 0, values.get("quality") or 0)
        return pk

    def stories(self) -> list[list[int]]:
        """Return the stories that the rule makes, of ids."""
        texts = sorted(self.texts.values(), key=lambda text: (text.hours, text.id))
        vocabulary = learn(texts) if len(texts) >= 64 else Vocabulary()
        found = list(find_evidence(texts, linked_by(self.links), vocabulary))
        hours = {text.id: text.hours for text in texts}
        providers = {text.id: text.provider for text in texts}
        return events(hours, providers, [], found, self._lead, Likenesses(self.texts, vocabulary))

    def _lead(self, ids: Iterable[int]) -> int:
        return min(ids, key=lambda pk: (*(-value for value in self.heads[pk]), self.texts[pk].hours, pk))


@cache
def read_site(folder: Path) -> Site:
    """Return the articles of a site's files and the references in their lists."""
    site = Site()
    files = [_front_matter(path) for path in sorted((folder / "_news").iterdir())]
    own = {}
    for values in files:
        if not values.get("removed"):
            own[_address(values)] = site.add(_address(values), values)
    for values in files:
        one = own.get(_address(values))
        for entry in values.get("related") or []:
            key = _address(entry)
            other = own[key] if key in own else site.add(key, entry)
            if one is not None and one != other:
                site.links.add((one, other))
    return site


def _front_matter(path: Path) -> dict[str, Any]:
    found = re.match(r"---\n(.*?)\n---", path.read_text(encoding="utf-8"), re.DOTALL)
    assert found, path
    values: dict[str, Any] = yaml.load(found[1], yaml.CSafeLoader)
    return values


def _address(values: dict[str, Any]) -> str:
    return normal_address(values.get("webUrl") or values["originalUrl"])


def read_german() -> tuple[Site, list[Pair]]:
    """Return the made-up German articles and their pairs."""
    content = yaml.safe_load((PAIRS / "german.yaml").read_text(encoding="utf-8"))
    site, event = Site(), {}
    for each in content["articles"]:
        values = {**each, "publishedDateTime": each["date"], "provider": {"domain": each["provider"]}}
        site.add(each["id"], values)
        event[each["id"]] = each["event"]
    same = [(one, other) for one, other in combinations(event, 2) if event[one] == event[other]]
    pairs = [
        Pair(GERMAN, one, other, is_same, held_back=False)
        for is_same, some in ((True, same), (False, content["different"]))
        for one, other in some
    ]
    return site, pairs


def read_pairs(name: str = "corpora") -> list[Pair]:
    """Return pairs of real articles: those of ``corpora``, or the ``fresh`` ones, which were drawn at random."""
    lines = (PAIRS / f"{name}.jsonl").read_text(encoding="utf-8").strip().split("\n")
    return [Pair(**json.loads(line)) for line in lines]


@dataclass
class Measure:
    """How many pairs came out right and wrong."""

    right: int = 0
    wrong: list[Pair] = field(default_factory=list)
    missed: list[Pair] = field(default_factory=list)

    def add(self, pair: Pair, is_joined: bool) -> None:
        if is_joined and pair.same:
            self.right += 1
        elif is_joined != pair.same:
            (self.wrong if is_joined else self.missed).append(pair)

    @property
    def precision(self) -> float:
        return self.right / ((self.right + len(self.wrong)) or 1)

    @property
    def recall(self) -> float:
        return self.right / ((self.right + len(self.missed)) or 1)


def measure(pairs: Iterable[Pair], sites: dict[str, Site]) -> Measure:
    """Compare pairs with the stories of their sites."""
    found = Measure()
    story_of = {
        name: {pk: number for number, story in enumerate(site.stories()) for pk in story}
        for name, site in sites.items()
    }
    for pair in pairs:
        keys, stories = sites[pair.site].keys, story_of[pair.site]
        found.add(pair, stories[keys[pair.one]] == stories[keys[pair.other]])
    return found


def measure_stored(pairs: Iterable[Pair], story_of: Mapping[str, int]) -> Measure:
    """Compare pairs with stories by address, as a database has them."""
    found = Measure()
    for pair in pairs:
        found.add(pair, story_of[pair.one] == story_of[pair.other])
    return found


def spans(site: Site) -> list[float]:
    """Return how many days each story of several articles lasts, shortest first."""
    times = [[site.texts[pk].hours for pk in story] for story in site.stories() if len(story) > 1]
    return sorted((max(hours) - min(hours)) / 24 for hours in times)
