"""The vocabulary of the site, as it is stored; learned again when the site has grown or shrunk much.

Weights of words must not change with each article: all that was joined by them would have to be joined again.
"""

import json
import uuid

from articles.models import Article, StoryVocabulary
from articles.stories.texts import texts_in_order
from articles.stories.weights import Vocabulary, learn

FEWEST = 64  # articles; fewer teach nothing about which words are rare

_known: dict[str, Vocabulary] = {}  # by version; only the latest


def current_vocabulary() -> Vocabulary:
    """Return the vocabulary that was learned last; an empty one on a small site."""
    version = StoryVocabulary.objects.values_list("version", flat=True).first()
    if version is None:
        return Vocabulary()
    known = _known.get(version)
    if known is None:
        known = _loaded(StoryVocabulary.objects.values_list("content", flat=True).get(version=version))
        _known.clear()
        _known[version] = known
    return known


def learn_if_due(articles: int) -> bool:
    """Learn the vocabulary if the site had less than half of these articles, or twice as many, when it was learned.

    Returns whether it was, so that all articles are to be joined again.
    """
    known = StoryVocabulary.objects.values_list("articles", flat=True).first()
    if articles < FEWEST:
        return bool(StoryVocabulary.objects.all().delete()[0])
    if known is not None and known / 2 <= articles < known * 2:
        return False
    keep(learn(texts_in_order(Article.objects.not_withdrawn())), articles)
    return True


def keep(vocabulary: Vocabulary, articles: int) -> None:
    """Store a vocabulary that was learned when the site had so many articles; all are to be joined again."""
    StoryVocabulary.objects.all().delete()
    StoryVocabulary.objects.create(version=uuid.uuid4().hex, articles=articles, content=_as_text(vocabulary))


def _as_text(vocabulary: Vocabulary) -> str:
    return json.dumps([vocabulary.chunks, vocabulary.words, vocabulary.articles, vocabulary.habits], ensure_ascii=False)


def _loaded(text: str) -> Vocabulary:
    chunks, words, articles, habits = json.loads(text)
    return Vocabulary(
        chunks,
        words,
        {int(provider): total for provider, total in articles.items()},
        {int(provider): its for provider, its in habits.items()},
    )
