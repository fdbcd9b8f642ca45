"""Stories that the desk proposes to cut or to join."""

import datetime as dt

from articles.models import Article, Story, StoryEvidence, StoryMember
from tests.support.factories import TIME, make_article, make_provider
from tests.support.stories import story_of

DAY = dt.timedelta(days=1)


def account(title: str, days: float = 0, **values: object) -> Article:
    number = Article.objects.count()
    values = {"provider": make_provider(f"p{number}.example"), "published_date_time": TIME - days * DAY} | values
    return make_article(title=title, **values)


def put_together(*articles: Article) -> Story:
    """Make these articles one story, whatever they say, as if evidence had joined them."""
    story = story_of(articles[0])
    for article in articles[1:]:
        StoryMember.objects.filter(article=article).update(story=story)
    Story.objects.filter(pk=story.pk).update(size=len(articles))
    return story


def say(one: Article, other: Article, score: float, words: str = "Cosmos DB, Wiz") -> None:
    one, other = sorted((one, other), key=lambda article: article.pk)
    StoryEvidence.objects.create(one=one, other=other, score=score, likeness=0.62, words=words)
