"""Whether a reader's choices hide an article: the one rule, for cards, related links, accounts and leads alike."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from articles.choices import Choices
from articles.models import Article, ArticleTopic, Provider


@dataclass(frozen=True, slots=True)
class Facts:
    """What choices judge an article by: its provider's domain and kind, its quality, and its topics' slugs."""

    domain: str
    kind: str
    quality: int
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judge:
    """A reader's choices on one page; the provider or topic that the page itself is about hides nothing there."""

    choices: Choices
    domain: str = ""
    topic: str = ""

    @property
    def hides_anything(self) -> bool:
        chosen = self.choices
        lists = chosen.muted_providers or chosen.muted_topics
        return bool(lists or chosen.min_quality or chosen.hide_wires or chosen.hide_vendors)

    @property
    def muted_topics(self) -> frozenset[str]:
        return frozenset(self.choices.muted_topics) - {self.topic}

    def hides(self, facts: Facts) -> bool:
        return (
            self.hides_provider(facts.domain, facts.kind)
            or (self.choices.min_quality > 0 and facts.quality < self.choices.min_quality)
            or not self.muted_topics.isdisjoint(facts.topics)
        )

    def hides_provider(self, domain: str, kind: str) -> bool:
        if domain == self.domain:
            return False
        return (
            domain in self.choices.muted_providers
            or (self.choices.hide_wires and kind == Provider.Kind.WIRE)
            or (self.choices.hide_vendors and kind == Provider.Kind.VENDOR)
        )

    def topics_of(self, ids: Collection[int]) -> dict[int, frozenset[str]]:
        """Return the muted ones of articles' topics, by article id: one query, and none when no topic is muted."""
        found: dict[int, set[str]] = defaultdict(set)
        if self.muted_topics and ids:
            links = ArticleTopic.objects.filter(article__among=ids, topic__slug__in=self.muted_topics)
            for article_id, slug in links.values_list("article_id", "topic__slug"):
                found[article_id].add(slug)
        return {article_id: frozenset(slugs) for article_id, slugs in found.items()}

    def hidden_among(self, ids: Collection[int]) -> set[int]:
        """Return which articles are hidden, in up to two queries: for pages that choose before they make cards."""
        if not self.hides_anything or not ids:
            return set()
        topics = self.topics_of(ids)
        rows = Article.objects.filter(id__among=ids).values_list("id", "provider__domain", "provider__kind", "quality")
        return {
            pk
            for pk, domain, kind, quality in rows
            if self.hides(Facts(domain, kind, quality, topics.get(pk, frozenset())))
        }
