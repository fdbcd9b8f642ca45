"""Chains of articles for plans about stories, and what comes of them."""

import itertools

from articles.changes import stories_at_the_end
from articles.editorial.stories.planning import Desk, Plan
from articles.models import Article, RelatedLink, Story, StoryMember
from tests.support.factories import make_article


def link(article: Article, *targets: Article) -> None:
    for target in targets:
        RelatedLink.objects.get_or_create(article=article, target=target)


def story_of(article: Article) -> int:
    return StoryMember.objects.get(article=article).story_id


def partition() -> set[tuple[int | None, frozenset[int]]]:
    """Return lead and members of each story."""
    members: dict[int, set[int]] = {}
    for article, story in StoryMember.objects.values_list("article_id", "story_id"):
        members.setdefault(story, set()).add(article)
    leads = dict(Story.objects.values_list("pk", "lead_id"))
    return {(leads[story], frozenset(ids)) for story, ids in members.items()}


def foreseen(desk: Desk, plan: Plan) -> set[tuple[int | None, frozenset[int]]]:
    groups = desk.outcome(plan)
    return {(group.lead.id if group.lead else None, frozenset(node.id for node in group.nodes)) for group in groups}


@stories_at_the_end()
def make_chain(*names: str) -> list[Article]:
    """Return articles of falling heat, each of which lists the next."""
    articles = [make_article(title=name, heat=90 - at) for at, name in enumerate(names)]
    for one, other in itertools.pairwise(articles):
        link(one, other)
    return articles
