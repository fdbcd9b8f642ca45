"""Stories as tests make them and look at them."""

import datetime as dt

from articles.changes import stories_at_the_end
from articles.models import Article, RelatedLink, Story
from tests.support.factories import TIME, make_article, make_provider, make_topic


def link(article: Article, *targets: Article) -> None:
    for target in targets:
        RelatedLink.objects.create(article=article, target=target, position=0)


def story_of(article: Article) -> Story:
    return Story.objects.get(members=article.pk)


def members(story: Story) -> set[str]:
    return set(Article.objects.filter(member__story=story).values_list("title", flat=True))


def make_story(size: int, topic: str = "AI") -> tuple[Article, list[Article]]:
    with stories_at_the_end():
        return _make_story(size, topic)


def _make_story(size: int, topic: str) -> tuple[Article, list[Article]]:
    lead = make_article([make_topic(topic)], title="Lead", heat=90, quality=5, published_date_time=TIME)
    others = [
        make_article(
            title=f"Account {number}",
            heat=-1,
            quality=number,
            published=False,
            published_date_time=TIME + dt.timedelta(hours=number),
            provider=make_provider(f"p{number % 7}.example"),
        )
        for number in range(size - 1)
    ]
    RelatedLink.objects.bulk_create(
        RelatedLink(article=one, target=other, position=place)
        for one in [lead, *others]
        for place, other in enumerate([lead, *others][: 10 if one != lead else size])
        if one != other
    )
    link(others[0], *others[20:21])
    return lead, others
