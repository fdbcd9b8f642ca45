"""Articles, stories and topics by number, as cards and embeds name them: only what readers may see."""

from dataclasses import dataclass

from articles.models import Article, Story, Topic
from articles.pages.shown import shows_articles, shows_story, shows_topic
from articles.text.rendering import plain_text


@dataclass(frozen=True, slots=True)
class Subject:
    """What a card shows: a title, and who has published it (empty for a topic)."""

    title: str
    label: str


def subject(kind: str, pk: int) -> Subject | None:
    """Return what is at a number now, None if readers may not see it."""
    if kind == "topic":
        shows_topic(pk)
        name = Topic.objects.filter(pk=pk).values_list("name", flat=True).first()
        return Subject(plain_text(name), "") if name else None
    if kind == "story":
        shows_story(pk)
        stories = Story.objects.with_page().filter(pk=pk)
        row = stories.values_list("lead_id", "lead__title", "lead__provider__name").first()
    else:
        row = Article.objects.listed().filter(pk=pk).values_list("id", "title", "provider__name").first()
    if row is None or row[0] is None:
        return None
    shows_articles([row[0]])
    return Subject(plain_text(row[1]), plain_text(row[2]))
