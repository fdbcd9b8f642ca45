"""Draws a site story by story, and writes it."""

import base64
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bench.generate.dice import Dice
from bench.generate.records import Article, Entry, Image, Provider
from bench.generate.shapes import make_providers, make_topics, provider_weights, story_sizes
from bench.generate.texts import article_text, entry_text, organization_text, slug, topic_text
from bench.generate.vocabulary import (
    CHANGED_COPY_SHARE,
    CHANGES,
    CIPHERTEXT,
    DAYS,
    DEFAULT_MEAN_RELATED,
    DROPPED_SHARE,
    EXCERPT_LENGTH,
    FIRST_DAY,
    HEAT_PER_RELATED,
    HOURS,
    IMAGE_SHARE,
    IMAGE_SIZES,
    LABELS,
    LINKED_STORY_SHARE,
    MAIN_TOPIC,
    MAIN_TOPIC_SHARE,
    MEMBER_QUALITY,
    MIN_PUBLISHED_HEAT,
    NEXT_DAY_SHARE,
    NOISE,
    OBJECTS,
    OPENERS,
    REMOVED_SHARE,
    REPUBLISHED_SHARE,
    SELF_LISTED_SHARE,
    SINGLE_QUALITY,
    STORY_SPREAD,
    SUBJECTS,
    TAILS,
    VERBS,
    VIDEO_SHARE,
)


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
