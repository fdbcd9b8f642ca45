"""Keeping stories up gives what a rebuild gives, where words, times and links decide and which words are rare changes."""

import datetime as dt
import random
from typing import Any

import pytest

from articles.editorial.edits import edit_articles
from articles.models import Article, RelatedLink, Story, StoryDecision, StoryEvidence, StoryMember, StoryVocabulary
from articles.stories import rebuild_stories, vocabulary
from tests.support.factories import TIME, make_article, make_provider, make_reference

pytestmark = pytest.mark.django_db
SUBJECTS = [
    "Wiz finds ChaosDB in Cosmos",
    "Pentagon awards JEDI cloud",
    "Tram tunnel floods again",
    "Ferry pier reopens",
]
WORDS = [
    "harbour",
    "violin",
    "glacier",
    "comet",
    "bakery",
    "census",
    "pelican",
    "lantern",
    "quarry",
    "meadow",
    "azure",
    "cloud",
    "preview",
    "retires",
    "region",
]


def snapshot() -> tuple[Any, ...]:
    """Return all that is kept about stories, ids included, but those of the vocabulary."""
    columns = [field.attname for field in Story._meta.concrete_fields]
    evidence = [field.attname for field in StoryEvidence._meta.concrete_fields if field.attname != "id"]
    return (
        list(Story.objects.order_by("pk").values_list(*columns)),
        set(StoryMember.objects.values_list("article_id", "story_id")),
        set(StoryEvidence.objects.values_list(*evidence)),
        list(StoryVocabulary.objects.values_list("articles", "content")),
    )


def values_of(rng: random.Random) -> dict[str, Any]:
    """Return what an account of one of a few subjects says, and when."""
    subject = rng.choice(SUBJECTS)
    others = rng.sample(WORDS, rng.randint(0, 3))
    title = rng.choice([subject, f"{subject} {' '.join(others)}", f"{' '.join(others)} {subject.split()[-1]}".strip()])
    excerpt = rng.choice(["", f"{subject}: {' '.join(rng.sample(WORDS, 4))}", " ".join(rng.sample(WORDS, 6))])
    return {
        "title": title,
        "excerpt": excerpt,
        "published_date_time": TIME - dt.timedelta(hours=rng.choice([0, 1, 30, 71, 72, 73, 140, 300, 336, 337, 500])),
    }


def random_change(rng: random.Random) -> None:
    """Do one of the things that happen to a site."""
    articles = list(Article.objects.order_by("pk"))
    one, other = (rng.choice(articles), rng.choice(articles)) if articles else (None, None)
    action = rng.random()
    if one is None or other is None or action < 0.4:
        provider = make_provider(f"p{rng.randint(0, 3)}.example")
        make = make_reference if rng.random() < 0.2 else make_article
        article = make(**values_of(rng), provider=provider, heat=rng.choice([-1, 10, 50]))
        for target in rng.sample(articles, min(len(articles), rng.randint(0, 2))):
            RelatedLink.objects.create(article=article, target=target)
    elif action < 0.55:
        edit_articles([one.pk], **values_of(rng))
    elif action < 0.7 and one != other:
        RelatedLink.objects.get_or_create(article=one, target=other)
    elif action < 0.75:
        for link in RelatedLink.objects.filter(article=one):
            link.delete()
    elif action < 0.85:
        edit_articles([one.pk], **rng.choice([{"removed": rng.random() < 0.6}, {"heat": rng.choice([-1, 5, 99])}]))
    elif action < 0.95:
        one.delete()
    else:
        values = {"joins": None if other == one else other, "keeps_links": rng.random() < 0.5}
        StoryDecision.objects.update_or_create(article=one, defaults=values)


@pytest.mark.parametrize("seed", [0, 1, 1020, 1028])
def test_keeping_up_gives_what_a_rebuild_gives(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(vocabulary, "FEWEST", 6)
    rng = random.Random(seed)
    largest, learned = 0, set()
    for _ in range(45):
        random_change(rng)
        kept = snapshot()
        rebuild_stories()
        for before, after in zip(kept, snapshot(), strict=True):
            assert after == before
        largest = max(largest, *Story.objects.values_list("size", flat=True), 0)
        learned.update(StoryVocabulary.objects.values_list("articles", flat=True))
    assert largest > 2
    assert learned
