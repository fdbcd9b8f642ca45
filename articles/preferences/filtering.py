"""Whether a reader's choices hide an article: one rule for cards, related links, accounts and leads."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from articles.models import Article, ArticleTopic, Provider, Topic
from articles.pages.cards import Facts
from articles.preferences.choices import Choices
from articles.search.offered import Offered


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader's choices hide on one page; on the page of a muted provider or topic, that choice hides nothing."""

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

    def hidden_providers(self, prefix: str = "") -> Q:
        """Return the condition of providers that are hidden altogether; ``prefix`` leads from the rows to providers."""
        chosen = self.choices
        kinds = {Provider.Kind.WIRE: chosen.hide_wires, Provider.Kind.VENDOR: chosen.hide_vendors}
        hidden = Q(**{f"{prefix}domain__among": chosen.muted_providers})
        hidden |= Q(**{f"{prefix}kind__among": [kind for kind, is_hidden in kinds.items() if is_hidden]})
        return hidden & ~Q(**{f"{prefix}domain": self.domain}) if self.domain else hidden

    def hidden_articles(self) -> Q:
        """Return the condition of hidden articles: the rule of ``hides`` for the database."""
        hidden = self.hidden_providers("provider__")
        if self.choices.min_quality > 0:
            hidden |= Q(quality__lt=self.choices.min_quality)
        if self.muted_topics:
            links = ArticleTopic.objects.filter(topic__slug__among=self.muted_topics).order_by()
            hidden |= Q(id__in=links.values("article"))
        return hidden

    def offered(self) -> Offered:
        """Return the topics and providers that searches may offer: none that are hidden altogether."""
        if not self.hides_anything:
            return Offered()
        topics = Topic.objects.exclude(slug__among=self.muted_topics)
        return Offered(topics, Provider.objects.exclude(self.hidden_providers()), is_everything=False)

    def topics_of(self, ids: Collection[int]) -> dict[int, frozenset[str]]:
        """Return the muted topics of articles, by article id, in one query, or in none if no topic is muted."""
        found: dict[int, set[str]] = defaultdict(set)
        if self.muted_topics and ids:
            links = ArticleTopic.objects.filter(article__among=ids, topic__slug__among=self.muted_topics)
            for article_id, slug in links.values_list("article_id", "topic__slug"):
                found[article_id].add(slug)
        return {article_id: frozenset(slugs) for article_id, slugs in found.items()}

    def hidden_among(self, ids: Collection[int]) -> set[int]:
        """Return which of these articles are hidden, in one query, for pages that choose articles before making cards."""
        if not self.hides_anything or not ids:
            return set()
        return set(
            Article.objects.filter(self.hidden_articles(), id__among=ids).order_by().values_list("id", flat=True)
        )
