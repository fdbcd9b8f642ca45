"""Generate a realistic content site of any size, for benchmarks.

    python -m bench.generate FOLDER --articles 20000 [--seed 1] [--stats]

The files imitate the real ones byte for byte in style (key order, quoting,
escaping, blank lines) and in distribution (measured over ``azure-sample`` and
``powerapps`` of the shared corpora), on invented ``.example`` domains. Two
things differ on purpose: stories are smaller, since real lists of related
articles (28 entries a file) would make 20,000 files some 500 MB, and more of
the articles are leads or stand alone, so that about half of them are listed.

The same arguments give the same bytes on any machine and any Python from 3.11.
Hence every choice derives from ``Random.random()`` and ``getrandbits()``, whose
sequences are stable (``choice`` and ``shuffle`` promise no such thing), and
floats are added with ``accumulate`` or ``fsum`` only: the builtin ``sum`` rounds
differently since Python 3.12.
"""

import argparse
import base64
import itertools
import json
import math
import re
import sys
import time
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

T = TypeVar("T")

DEFAULT_MEAN_RELATED = 7.5  # entries a file; real data: 28
MAX_MEAN_RELATED = 29.0  # the heaviest tail that story_size_weights can make
MAX_STORY = 180  # articles; the longest real list of related has 179 entries
MIN_PUBLISHED_HEAT = 70  # the site's own rule for what is listed
HEAT_PER_RELATED = 20  # measured: a lead's heat is quality + 20 * related

FIRST_DAY = datetime(2020, 1, 1)
DAYS = 5 * 365
# The earliest files have no originalUrl, but a title in their images.
OLD_FORMAT_UNTIL = datetime(2021, 4, 1)

PROVIDERS = 600
PROFILES = 60  # providers with a file in _data/organizations
HOUSE_SHARE = 0.38  # share of articles by the maker of the site's subject
ASSETS = "https://assets.press.example"

# Shares of articles, stories or entries, as measured in the real files.
IMAGE_SHARE = 0.56
AMP_SHARE = 0.4  # of the providers but the largest
MAIN_TOPIC_SHARE = 0.99
VIDEO_SHARE = 1 / 230  # of the articles without related
REMOVED_SHARE = 1 / 1000  # of those that would be listed and stand alone
REPUBLISHED_SHARE = 0.02  # same title as the article before
NEXT_DAY_SHARE = 0.07  # file name one day after the publication (time zones)
SELF_LISTED_SHARE = 1 / 300
DROPPED_SHARE = 1 / 270  # of entries; the reverse link then is one-way
LINKED_STORY_SHARE = 0.01  # stories with a one-way link to the story before
CHANGED_COPY_SHARE = 0.01  # entries whose title differs from the article's

# Deciles (smallest, 10 %, ... 90 %, largest) to draw from.
SINGLE_QUALITY = (0, 17, 66, 72, 74, 78, 82, 84, 89, 101, 136)
MEMBER_QUALITY = (0, 17, 22, 36, 37, 52, 62, 67, 78, 84, 119)
EXCERPT_LENGTH = (40, 100, 122, 145, 168, 190, 208, 230, 250, 275, 345)  # characters
STORY_SPREAD = (0, 1, 2, 4, 7, 14, 35, 70, 120, 200, 260)  # days from the first
HOURS = (0, 6, 8, 9, 10, 12, 14, 16, 17, 19, 23)

# Bytes of ciphertext (a block cipher: multiples of 16), by how common they are.
CIPHERTEXT = (272,) * 11 + (400, 400, 368, 256, 240)
IMAGE_SIZES = (
    *((1200, 630),) * 4,
    *((1200, 675), (1200, 600), (647, 450), (1200, 800), (1024, 576)),
    *((700, 450), (1280, 720), (1920, 1080), (600, 315), (1600, 1600)),
)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


PLACES = _parts(
    "Harbor|Northgate|Meridian|Copper|Lakeside|Summit|Juniper|Granite|Beacon|"
    "Foundry|Crescent|Willow|Pioneer|Atlas|Bluewater|Cedar|Quarry|Sterling|"
    "Orchard|Frontier|Lantern|Prairie|Coastal|Highland|Signal|Maple|Union|"
    "Riverside|Cobalt|Élan"
)
PAPERS = _parts(
    "Ledger|Gazette|Herald|Wire|Daily|Post|Insider|Review|Tribune|Times|Monitor|"
    "Observer|Journal|Digest|Report|Standard|Chronicle|Bulletin|Dispatch|"
    "Weekly"
)
SUBJECTS = _parts(
    "Harborline|Northwind Labs|Regional hospitals|Brightwater Systems|Copperfield|"
    "Meridian Health|The Lakeside council|Quarry Software|Juniper & Sons|"
    "European regulators|A team of researchers|Larkspur Energy|Union Rail|"
    "Zürich Re|Atlas Logistics|Small manufacturers|Two universities|Vantor|"
    "Ferrant Motors|Pinecrest Bank|Open source maintainers|Sandgate Retail|"
    "Tidewater Airlines|Ministry of Transport|Orbital Nine|Keystone Grocers|"
    "Hollis Insurance|Three former engineers|S&W Shipping|Cobalt Analytics"
)
VERBS = _parts(
    "launches|expands|opens up|rolls out|previews|retires|acquires|migrates to|"
    "cuts the cost of|doubles down on|open-sources|explains|tests|replaces|"
    "secures funding for|is betting on|adds support for|moves away from|audits|"
    "standardizes on|brings forward|delays|rethinks|automates|benchmarks|"
    "certifies|simplifies|takes a second look at|unveils|warns about"
)
OBJECTS = _parts(
    "managed vector search|private network links|confidential computing|"
    "real-time fraud detection|its data warehouse|serverless workflows|"
    "digital twins of factories|predictive maintenance|edge gateways|"
    "cross-region backups|zero-trust identity|a low-code app builder|"
    "container registries|hybrid cloud storage|speech recognition|"
    "cost management tools|compliance dashboards|event streaming at scale|"
    "its customer data platform|mainframe migration|quantum-safe encryption|"
    "energy-aware scheduling|the developer portal|automated patching|"
    "“bring your own key” encryption|remote patient monitoring|"
    "machine learning pipelines|satellite imagery|its payments network|"
    "responsible AI reviews"
)
TAILS = _parts(
    "for regulated industries|in three new regions|after a year of trials|"
    "ahead of schedule|to speed up drug discovery|as demand surges|"
    "with two partners|in São Paulo and Łódź|despite supply shortages|"
    "for small and medium businesses|to meet climate targets|at half the price|"
    "following a security review|across its 400 stores|by the end of the year|"
    "to help frontline workers|without downtime|in the public sector|"
    "after customers\u2019 complaints|on a tight budget|to keep planes flying|"
    "for the next billion users|as rivals catch up|in a multi-year deal|"
    "under new leadership|to reduce alert fatigue|for hybrid teams|"
    "with a new pricing model|before the holiday season|in record time"
)
OPENERS = _parts(
    "According to the company,|Last week,|In a blog post,|Analysts say that|"
    "With this release,|For the first time,|As expected,|Speaking in Berlin,|"
    "On Tuesday,|In its quarterly report,|A spokesperson said that|Today,|"
    "In this article we look at how|Customers told us that|Over the past year,|"
    "At its annual conference,|Sources confirm that|Starting next month,|"
    "In a filing,|The study found that"
)
LABELS = _parts("Public preview|Generally available|Analysis|Opinion|Report|In depth|Case study|Video|Q&A|Update")
# One change for some of the excerpts: (words, replacement).
NOISE = (
    (", ", " &#8211; "),
    (" to ", "&nbsp;to "),
    (" and ", " &amp; "),
    (". ", "&hellip; "),
    ("s ", "&#8217;s "),
    (" with ", " &amp; with "),
    (" the ", " the\u00a0"),
    (" for ", " \u2013 for "),
    (" in ", "®\u202fin "),
    (", ", ",â€™ "),
    (" a ", " a “new” "),
    (", ", ', "yes," '),
    (". ", ".\r\n\r\n"),
    (". ", ".\n"),
)
CHANGES = (
    "Updated: {}",
    "{} \u2013 report",
    "Public preview: {}",
    "{}: What to Expect",
)

MAIN_TOPIC = "Cloud"
TOPICS = {
    "AI": "Computer Vision|Speech|Language Models|Responsible AI|MLOps",
    "Databases": "Relational Databases|Graph Databases|Caching",
    "Storage": "Object Storage|Backup",
    "IoT": "Digital Twins|Edge Computing|Connected Cars",
    "DevOps": "Continuous Delivery|Observability|Infrastructure as Code",
    "Containers": "Kubernetes|Service Mesh",
    "Security": "Threat Detection|Zero Trust|Encryption",
    "Analytics": "Data Lakes|Streaming|Business Intelligence",
    "Compute": "Virtual Machines|High Performance Computing|Quantum",
    "Migration": "Mainframes",
    "Networking": "Content Delivery|Private Links",
    "Developer tools": "Low Code|Editors",
    "Serverless": "Functions",
    "Industry": "Healthcare|Retail",
}


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
        return _index(cumulative, self._random.random())

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


def _index(cumulative: Sequence[float], fraction: float) -> int:
    """Return the index whose span of the running totals holds the fraction."""
    index = bisect(cumulative, fraction * cumulative[-1])
    return min(index, len(cumulative) - 1)  # a product may round up to the total


# -- What a site consists of --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Provider:
    """A publisher; its domain identifies it."""

    name: str
    domain: str
    host: str  # of its articles' addresses; ends in the domain
    has_profile: bool  # a file in _data/organizations, and a logo
    has_amp: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """A node of the topic tree; only the main topic has no parent."""

    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture at its publisher's; width and height in pixels."""

    url: str
    width: int
    height: int
    is_cached: bool


@dataclass(frozen=True, slots=True)
class Article:
    """An article without its position in a story."""

    name: str  # of the file in _news
    title: str
    excerpt: str
    published_at: datetime  # UTC, without zone
    url: str
    provider: Provider
    provider_name: str  # one provider's name may vary between articles
    quality: int
    topics: tuple[str, ...]
    images: tuple[Image, ...]
    secured: str
    video: str | None = None  # identifier at the video host


class Entry(NamedTuple):
    """One ready-made item of a `related` list."""

    quality: int
    text: str


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
    sizes = [2 + _index(cumulative, (number + dice.fraction()) / stories) for number in range(stories)]
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


# -- The files' text ----------------------------------------------------------


def slug(title: str) -> str:
    """Return the title as the real file names have it."""
    kept = re.sub(r"[^a-z0-9\s_-]", "", title.lower())
    return re.sub(r"[\s-]+", "-", kept).strip("-")


def quoted(text: str) -> str:
    """Return the text as a double-quoted YAML scalar, non-ASCII as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\r", "\\r").replace("\n", "\\n") + '"'


def entry_text(article: Article) -> str:
    """Return the article as an item of another article's `related` list."""
    return (
        f"  - title: {quoted(article.title)}\n"
        f"    excerpt: {quoted(article.excerpt)}\n"
        f"    publishedDateTime: {article.published_at.isoformat()}Z\n"
        f"{_addresses_text(article, '    ')}"
        "    type: article\n"
        "    provider:\n"
        f"      name: {article.provider_name}\n"
        f"      domain: {article.provider.domain}\n"
        f"    quality: {article.quality}\n"
        f"{_images_text(article.images, '    ')}"
    )


def _addresses_text(article: Article, indent: str) -> str:
    """Return the lines of the address and its AMP variants, if any."""
    text = f"{indent}webUrl: {quoted(article.url)}\n"
    if article.provider.has_amp:
        amp = f"{article.url.removeprefix('https://').rstrip('/')}/amp/"
        cache = article.provider.host.replace(".", "-") + ".cdn.ampcache.example"
        text += f'{indent}ampWebUrl: "https://{amp}"\n'
        text += f'{indent}cdnAmpWebUrl: "https://{cache}/c/s/{amp}"\n'
    return text


def _images_text(images: Iterable[Image], indent: str, title: str = "") -> str:
    """Return the lines of the images, none at all for no image."""
    text = "".join(
        f"{indent}  - url: {quoted(image.url)}\n"
        f"{indent}    width: {image.width}\n"
        f"{indent}    height: {image.height}\n"
        + (f"{indent}    isCached: true\n" if image.is_cached else "")
        + (f"{indent}    title: {quoted(title)}\n" if title else "")
        for image in images
    )
    return f"{indent}images:\n{text}" if text else ""


def article_text(article: Article, heat: int, related: Sequence[Entry] = (), *, removed: bool = False) -> str:
    """Return the whole file, its blocks parted by blank lines as the real ones."""
    is_old = article.published_at < OLD_FORMAT_UNTIL
    entries = "".join(entry.text for entry in related)
    blocks = (
        _head_text(article, heat, removed=removed),
        _video_text(article),
        _provider_text(article),
        "topics:\n" + "".join(f"  - {topic}\n" for topic in article.topics),
        _images_text(article.images, "", article.title if is_old else ""),
        f"related:\n{entries}" if entries else "",
        f'secured: "{article.secured}"\n',
    )
    return "---\n" + "\n".join(filter(None, blocks)) + "---\n\n"


def _head_text(article: Article, heat: int, *, removed: bool) -> str:
    is_published = heat >= MIN_PUBLISHED_HEAT and not removed
    return (
        "category: news\n"
        f"title: {quoted(article.title)}\n"
        f"excerpt: {quoted(article.excerpt)}\n"
        f"publishedDateTime: {article.published_at.isoformat()}Z\n"
        f"{_original_text(article)}"
        f"{'' if article.video else _addresses_text(article, '')}"
        f"type: {'video' if article.video else 'article'}\n"
        f"quality: {article.quality}\n"
        f"heat: {heat}\n"
        f"published: {'true' if is_published else 'false'}\n"
        f"{'removed: true' + chr(10) if removed else ''}"
    )


def _original_text(article: Article) -> str:
    if article.video:
        return f'originalUrl: "https://video.example/watch?v={article.video}"\n'
    if article.published_at < OLD_FORMAT_UNTIL:
        return ""
    return f"originalUrl: {quoted(article.url)}\n"


def _video_text(article: Article) -> str:
    if not article.video:
        return ""
    player = (
        '<iframe width="800" height="500" frameborder="0" '
        f'src="https://www.video.example/embed/{article.video}" '
        'allow="accelerometer; autoplay; encrypted-media; gyroscope; '
        'picture-in-picture" allowfullscreen></iframe>'
    )
    return f"featuredContent: {quoted(player)}\n"


def _provider_text(article: Article) -> str:
    provider = article.provider
    text = f"provider:\n  name: {article.provider_name}\n  domain: {provider.domain}\n"
    if provider.has_profile:
        logo = Image(_logo_url(provider, 50), 50, 50, is_cached=False)
        text += _images_text((logo,), "  ")
    return text


def _logo_url(provider: Provider, size: int) -> str:
    """Return the address of the square logo, `size` pixels wide."""
    return f"{ASSETS}/organizations/{provider.domain}-{size}x{size}.jpg"


def organization_text(provider: Provider, description: str) -> str:
    """Return the provider's file in _data/organizations."""
    if ": " in description:  # the real files quote only where YAML demands it
        description = quoted(description)
    return (
        "---\n"
        "taxonomy: organization\n"
        f"_id: {provider.domain}\n"
        f"name: {provider.name}\n"
        f"domain: {provider.domain}\n"
        + (f"description: {description}\n" if description else "")
        + "images:\n"
        + "".join(
            f"  - url: {_logo_url(provider, size)}\n    width: {size}\n    height: {size}\n" for size in (50, 400)
        )
        + "---\n"
    )


def topic_text(topic: Topic) -> str:
    """Return the topic's file in _data/topics."""
    key = slug(topic.name)
    path = f"{key}/" if topic.parent else ""
    services = ["news", "learning"]
    if not topic.parent:
        services += ["people", "events", "newsletters"]
    parent = f"shortname: {topic.name}\nparent: {topic.parent}\n"
    return (
        f"taxonomy: topic\n_id: {key}\nname: {topic.name}\n"
        f"{parent if topic.parent else ''}"
        f"keywords:\n  - {topic.name.lower()}\n"
        f'hashtags:\n  - "#{topic.name.title().replace(" ", "")}"\n'
        f"images:\n  - {ASSETS}/topics/{key}.jpg\n"
        "services:\n" + "".join(f"  {name}: https://api.press.example/{name}/{path}\n" for name in services)
    )


# -- Drawing the site ---------------------------------------------------------


class Site:
    """Draws a site story by story, so that only one story is in memory."""

    def __init__(self, articles: int, seed: int, mean_related: float) -> None:
        self._dice = Dice(seed)
        self._sizes = story_sizes(self._dice, articles, mean_related)
        self._providers = make_providers(self._dice)
        self._provider_weights = provider_weights()
        self._topics = make_topics()
        self._topic_weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(1, len(self._topics))))
        self._names: set[str] = set()
        self._last_title = ""
        self._last_entry: Entry | None = None

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield every file of the site: its path in the site, its text."""
        for number, topic in enumerate(self._topics):
            path = f"_data/topics/{number:02}-{slug(topic.name)}.yaml"
            yield path, topic_text(topic)
        for provider in self._providers:
            if provider.has_profile:
                path = f"_data/organizations/{provider.domain}.md"
                yield path, organization_text(provider, self._description(provider))
        for size in self._sizes:
            yield from self._story(size) if size > 1 else self._single()

    def _description(self, provider: Provider) -> str:
        """Return a provider's description, empty for some as in the real data."""
        dice = self._dice
        if dice.chance(0.4):
            return ""
        focus = f"{dice.pick(OBJECTS)} {dice.pick(TAILS)}"
        if dice.chance(0.1):
            return f"{provider.name} focuses on practical information: {focus}."
        return f"{provider.name} is the destination of choice for {focus}."

    def _single(self) -> Iterator[tuple[str, str]]:
        """Yield the one file of an article that stands alone."""
        dice = self._dice
        article = self._article(dice.below(DAYS), SINGLE_QUALITY)
        if dice.chance(VIDEO_SHARE):
            article = self._as_video(article)
        removed = article.quality >= MIN_PUBLISHED_HEAT and dice.chance(REMOVED_SHARE)
        text = article_text(article, article.quality, removed=removed)
        yield f"_news/{article.name}", text

    def _as_video(self, article: Article) -> Article:
        video = base64.urlsafe_b64encode(self._dice.octets(8)).decode()[:11]
        url = f"https://i.video.example/vi/{video}/maxresdefault.jpg"
        image = Image(url, 1280, 720, is_cached=True)
        return replace(article, video=video, images=(image,))

    def _story(self, size: int) -> Iterator[tuple[str, str]]:
        """Yield the files of the story's articles, its lead first."""
        members = self._members(size)
        entries = [Entry(each.quality, entry_text(each)) for each in members]
        stray = self._last_entry if self._dice.chance(LINKED_STORY_SHARE) else None
        for number, article in enumerate(members):
            related = self._related(members, entries, number)
            if stray and number == size - 1:
                related.append(stray)
            # The real lists begin with the best article.
            related.sort(key=lambda entry: -entry.quality)
            heat = -1 if number else article.quality + HEAT_PER_RELATED * (size - 1)
            yield f"_news/{article.name}", article_text(article, heat, related)
        self._last_entry = entries[-1]

    def _members(self, size: int) -> list[Article]:
        """Return the story's articles, the best first: it is the lead."""
        dice = self._dice
        spread = dice.between(STORY_SPREAD)
        start = dice.below(DAYS - spread)
        members = [self._article(start + dice.below(spread + 1), MEMBER_QUALITY) for _ in range(size)]
        members.sort(key=lambda article: -article.quality)
        least = MIN_PUBLISHED_HEAT - HEAT_PER_RELATED * (size - 1)
        members[0] = replace(members[0], quality=max(members[0].quality, least))
        return members

    def _related(self, members: list[Article], entries: list[Entry], number: int) -> list[Entry]:
        """Return the story's other articles, with the real data's few flaws."""
        dice = self._dice
        related = []
        for other, entry in enumerate(entries):
            if other == number:
                listed = dice.chance(SELF_LISTED_SHARE)
            else:  # the only entry of a pair is never missing
                listed = len(entries) == 2 or not dice.chance(DROPPED_SHARE)
            if listed and dice.chance(CHANGED_COPY_SHARE):
                changed = entry_text(self._changed(members[other]))
                related.append(Entry(entry.quality, changed))
            elif listed:
                related.append(entry)
        return related

    def _changed(self, article: Article) -> Article:
        """Return the article as its publisher had it at another time."""
        title = self._dice.pick(CHANGES).format(article.title)
        hours = self._dice.below(48)
        earlier = article.published_at - timedelta(hours=hours)
        return replace(article, title=title, published_at=earlier)

    def _article(self, day: int, qualities: Sequence[int]) -> Article:
        """Return a new article, published `day` days after the first day."""
        dice = self._dice
        published_at = self._moment(day)
        name, title = self._name_and_title(published_at)
        provider = self._providers[dice.weighted(self._provider_weights)]
        comma = dice.pick((",", "%2c"))
        return Article(
            name=name,
            title=title,
            excerpt=self._excerpt(),
            published_at=published_at,
            url=self._url(provider, published_at, title),
            provider=provider,
            provider_name=provider.name.replace(",", comma),
            quality=dice.between(qualities),
            topics=self._article_topics(),
            images=self._images(provider),
            secured=self._secured(),
        )

    def _moment(self, day: int) -> datetime:
        """Return a time of the day, mostly within office hours."""
        dice = self._dice
        # Half of the real times are whole minutes.
        seconds = 0 if dice.chance(0.5) else dice.below(60)
        time_of_day = timedelta(hours=dice.between(HOURS), minutes=dice.below(60), seconds=seconds)
        return FIRST_DAY + timedelta(days=day) + time_of_day

    def _name_and_title(self, published_at: datetime) -> tuple[str, str]:
        """Return a file name that is not taken yet, and the title in it."""
        dice = self._dice
        while True:
            repeated = dice.chance(REPUBLISHED_SHARE)
            title = self._last_title if repeated else self._title()
            date = published_at + timedelta(days=dice.chance(NEXT_DAY_SHARE))
            name = f"{date.date().isoformat()}-{slug(title)}.md"
            if title and name not in self._names:
                self._names.add(name)
                self._last_title = title
                return name, title

    def _title(self) -> str:
        """Return a headline, of 72 characters on average."""
        dice = self._dice
        thing = dice.pick(OBJECTS)
        if dice.chance(0.02):
            thing = f'"{thing}"'
        tail = f" {dice.pick(TAILS)}" if dice.chance(0.85) else ""
        if dice.chance(0.2):
            tail += f", {dice.pick(TAILS)}"
        start = f"{dice.pick(SUBJECTS)} {dice.pick(VERBS)}"
        if dice.chance(0.2):
            start = f"{dice.pick(LABELS)}:"
        elif dice.chance(0.2):
            start = f"{dice.pick(LABELS)}: {start}"
        end = " " if dice.chance(0.06) else ""  # real titles have it too
        return f"{start} {thing}{tail}{end}"

    def _excerpt(self) -> str:
        """Return the beginning of a text, often cut off, sometimes empty."""
        dice = self._dice
        if dice.chance(0.03):
            return ""
        length = dice.between(EXCERPT_LENGTH)
        text = self._sentence()
        while len(text) < length:
            text = f"{text} {self._sentence()}"
        text = text[:length]
        if dice.chance(0.09):
            text = text.rpartition(" ")[0] + " ..."
        if dice.chance(0.25):
            text = text.replace(*dice.pick(NOISE), 1)
        return text

    def _sentence(self) -> str:
        dice = self._dice
        start = f"{dice.pick(OPENERS)} {dice.pick(SUBJECTS)} {dice.pick(VERBS)}"
        return f"{start} {dice.pick(OBJECTS)} {dice.pick(TAILS)}."

    def _url(self, provider: Provider, published_at: datetime, title: str) -> str:
        """Return an address of its own, in one of some publishers' styles."""
        number = len(self._names)  # grows with each article
        style = self._dice.below(3)
        if style == 0:
            return f"https://{provider.host}/{slug(title)}-{number}/"
        if style == 1:
            date = published_at.date().isoformat().replace("-", "/")
            return f"https://{provider.host}/{date}/{slug(title)}-{number}/"
        return f"https://{provider.host}/news/article/{number}/{slug(title)}"

    def _article_topics(self) -> tuple[str, ...]:
        """Return the names of the article's topics, nearly always the main first."""
        dice = self._dice
        others = (0,) * 59 + (1,) * 31 + (2,) * 7 + (3, 3, 4)
        names = [MAIN_TOPIC] if dice.chance(MAIN_TOPIC_SHARE) else []
        for _ in range(max(dice.pick(others), 1 - len(names))):
            topic = self._topics[1 + dice.weighted(self._topic_weights)]
            names.append(topic.name)
        return tuple(dict.fromkeys(names))

    def _images(self, provider: Provider) -> tuple[Image, ...]:
        """Return no image, one, or rarely two."""
        dice = self._dice
        if not dice.chance(IMAGE_SHARE):
            return ()
        return tuple(self._image(provider) for _ in range(1 + dice.chance(0.01)))

    def _image(self, provider: Provider) -> Image:
        dice = self._dice
        url = f"https://images.{provider.domain}/media/{dice.octets(16).hex()}.jpg"
        width, height = dice.pick(IMAGE_SIZES)
        if dice.chance(0.05):
            url += f"?w={width}&#038;h={height}"
        return Image(url, width, height, is_cached=dice.chance(0.995))

    def _secured(self) -> str:
        """Return what looks like ciphertext and its initialisation vector."""
        parts = (self._dice.octets(size) for size in (self._dice.pick(CIPHERTEXT), 16))
        return ";".join(base64.b64encode(part).decode() for part in parts)


def site_files(
    articles: int, seed: int = 1, *, mean_related: float = DEFAULT_MEAN_RELATED
) -> Iterator[tuple[str, str]]:
    """Yield the site's files one by one: path relative to the site, text."""
    return Site(articles, seed, mean_related).files()


def generate_site(
    folder: Path,
    articles: int,
    seed: int = 1,
    *,
    mean_related: float = DEFAULT_MEAN_RELATED,
) -> None:
    """Write the site's files into the folder, made if need be.

    Raises FileExistsError if it has articles already: they would mix.
    """
    news = folder / "_news"
    if news.is_dir() and any(news.iterdir()):
        raise FileExistsError(f"{news} is not empty")
    for name in ("_news", "_data/topics", "_data/organizations"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for path, text in site_files(articles, seed, mean_related=mean_related):
        # Bytes: no platform shall change the encoding or the line ends.
        (folder / path).write_bytes(text.encode())


# -- Statistics ---------------------------------------------------------------


class Statistics:
    """Counts what the files in a site's _news hold, generated or real."""

    def __init__(self) -> None:
        self.lists: dict[str, list[int]] = {}
        self.counts: Counter[str] = Counter()
        self.topics: Counter[str] = Counter()
        self.listed: Counter[str] = Counter()
        self.providers: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Count one file, given its text."""
        own, _, rest = text.partition("\nrelated:\n")
        self.counts["articles"] += 1
        self._measure("bytes", len(text.encode()))
        self._measure("related", rest.count("\n    webUrl: "))
        for key in ("title", "excerpt", "secured"):
            match = re.search(rf'^{key}: (".*")$', text, re.MULTILINE)
            self._measure(key, len(json.loads(match[1])) if match else 0)
        self._count_shares(own)
        self._count_names(own)

    def _measure(self, name: str, value: int) -> None:
        self.lists.setdefault(name, []).append(value)

    def _count_shares(self, own: str) -> None:
        """Count which keys and values the article itself has."""
        for name, line in (
            ("published", "published: true"),
            ("heat -1", "heat: -1"),
            ("with images", "images:"),
            ("with ampWebUrl", "ampWebUrl: "),
            ("with provider images", "  images:"),
            ("with originalUrl", "originalUrl: "),
            ("videos", "type: video"),
            ("empty excerpts", 'excerpt: ""'),
        ):
            self.counts[name] += f"\n{line}" in own

    def _count_names(self, own: str) -> None:
        """Count the article's provider and topics."""
        domain = re.search(r"^  domain: (.*)$", own, re.MULTILINE)
        self.providers[domain[1] if domain else ""] += 1
        block = re.search(r"^topics:\n((?:  - .*\n)*)", own, re.MULTILINE)
        names = re.findall(r"  - (.*)\n", block[1]) if block else []
        self._measure("topics", len(names))
        self.topics.update(names)
        if "\npublished: true\n" in own:
            self.listed.update(names)

    def lines(self) -> Iterator[str]:
        """Yield the result for people to read."""
        articles = self.counts.pop("articles", 0)
        yield f"articles: {articles}"
        for name, values in self.lists.items():
            yield f"{name}: {_quantiles(values)}"
        for name, count in self.counts.items():
            yield f"{name}: {count / articles:.2%}"
        yield f"topics used: {len(self.topics)}; listed: {self.listed.most_common(4)}"
        common = [count for _, count in self.providers.most_common(6)]
        yield f"providers: {len(self.providers)}; articles of the largest: {common}"


def _quantiles(values: Sequence[int]) -> str:
    """Return the mean and some quantiles of the values."""
    ordered = sorted(values)
    last = len(ordered) - 1
    shares = (0, 5, 25, 50, 75, 95, 99, 100)
    quantiles = " ".join(f"{ordered[last * share // 100]}" for share in shares)
    mean = sum(ordered) / len(ordered)
    return f"mean {mean:.1f}, quantiles {'/'.join(map(str, shares))} %: {quantiles}"


def measure(folder: Path) -> Statistics:
    """Return the statistics of the site in the folder."""
    statistics = Statistics()
    for path in (folder / "_news").glob("*.md"):
        statistics.add(path.read_bytes().decode())
    return statistics


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    folder: Path = options.folder
    if options.articles:
        start = time.perf_counter()
        try:
            generate_site(
                folder,
                options.articles,
                options.seed,
                mean_related=options.mean_related,
            )
        except (FileExistsError, ValueError) as error:
            print(f"bench.generate: {error}", file=sys.stderr)
            return 1
        seconds = time.perf_counter() - start
        print(f"{options.articles} articles in {folder}, {seconds:.1f} s")
    if options.stats:
        print("\n".join(measure(folder).lines()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.generate",
        description="Generate a realistic content site for benchmarks.",
    )
    parser.add_argument("folder", type=Path, help="site folder, made if need be")
    parser.add_argument("--articles", type=int, default=0, help="none: only measure")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--mean-related",
        type=float,
        default=DEFAULT_MEAN_RELATED,
        help="entries a file (default: %(default)s; real data: 28)",
    )
    parser.add_argument("--stats", action="store_true", help="measure the folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
