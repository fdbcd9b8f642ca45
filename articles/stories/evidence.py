"""Finds and stores why articles belong together, for the articles that changed or for all."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from articles.db.bulk import delete_rows, insert_values
from articles.models import Article, RelatedLink, StoryEvidence
from articles.stories.candidates import Links, find_evidence, linked_by
from articles.stories.likeness import Evidence
from articles.stories.texts import texts_around, texts_in_order
from articles.stories.weights import Text, Vocabulary

COLUMNS = ("one_id", "other_id", "score", "likeness", "words", "is_linked", "is_copy")
BETWEEN = ", "


@dataclass(slots=True)
class EvidenceChanges:
    """Evidence to delete, by id, and evidence to store."""

    gone: dict[int, Evidence] = field(default_factory=dict)
    new: list[Evidence] = field(default_factory=list)

    def articles(self) -> set[int]:
        return {pk for each in [*self.gone.values(), *self.new] for pk in (each.one, each.other)}

    def write(self) -> None:
        delete_rows(StoryEvidence, "id", list(self.gone))
        rows = [[*_values(each)] for each in self.new]
        insert_values(StoryEvidence, COLUMNS, rows)


def evidence_of(ids: Collection[int], vocabulary: Vocabulary) -> list[Evidence]:
    """Return the evidence about these articles, as it is now."""
    links = links_of(RelatedLink.objects.filter(Q(article__among=ids) | Q(target__among=ids)))
    return list(find_evidence(texts_around(ids, links.keys()), links, vocabulary, set(ids)))


def all_evidence(vocabulary: Vocabulary) -> list[Evidence]:
    """Return the evidence about all articles, as it is now."""
    links = links_of(RelatedLink.objects.all())
    return list(find_evidence(texts_in_order(Article.objects.not_withdrawn()), links, vocabulary))


def links_of(links: QuerySet[RelatedLink]) -> Links:
    return linked_by(links.order_by().values_list("article_id", "target_id").iterator(10_000))


def stored_evidence(ids: Collection[int]) -> dict[int, Evidence]:
    """Return the stored evidence about any of these articles, by id."""
    return _rows(StoryEvidence.objects.filter(Q(one__among=ids) | Q(other__among=ids)))


def all_stored_evidence() -> dict[int, Evidence]:
    return _rows(StoryEvidence.objects.all())


def changes(stored: dict[int, Evidence], now: Iterable[Evidence]) -> EvidenceChanges:
    """Return what is to be written so that ``now`` is stored instead."""
    left = set(now)
    kept = {pk for pk, each in stored.items() if each in left}
    known = {stored[pk] for pk in kept}
    return EvidenceChanges(
        {pk: each for pk, each in stored.items() if pk not in kept},
        sorted((each for each in left if each not in known), key=lambda each: (each.one, each.other)),
    )


def texts_of(found: Iterable[Evidence]) -> dict[int, Text]:
    """Return the texts of the articles with evidence, by id; leads of stories are compared by them."""
    ids = {pk for each in found for pk in (each.one, each.other)}
    if not ids:
        return {}
    return {text.id: text for text in texts_in_order(Article.objects.not_withdrawn().filter(id__among=ids))}


def _rows(rows: QuerySet[StoryEvidence]) -> dict[int, Evidence]:
    return {
        pk: Evidence(one, other, score, likeness, tuple(filter(None, words.split(BETWEEN))), is_linked, is_copy)
        for pk, one, other, score, likeness, words, is_linked, is_copy in rows.order_by()
        .values_list("id", *COLUMNS)
        .iterator(10_000)
    }


def _values(each: Evidence) -> tuple[object, ...]:
    return (
        each.one, each.other, each.score, each.likeness, BETWEEN.join(each.words), each.is_linked, each.is_copy,
    )  # fmt: skip
