"""Declines proposals about stories: "Not so". Nothing is cut or joined; what was said is not proposed again.

What is kept is about pairs of articles, not about stories, so that it holds whatever later imports join: of a declined
join, the pairs that spoke for it are not the same event; of a declined cut, its articles are the same event as the one
that joins them with the rest. A proposal comes back only with a pair that no editor has seen.
"""

from collections.abc import Collection, Iterable
from typing import Any

from articles.db.locks import writing
from articles.editorial.recording import recording
from articles.models import Action, Story, StoryComparison, StoryMember

Pair = tuple[int, int]


class Declined:
    """What editors said about pairs of these articles; the order of two does not matter."""

    def __init__(self, articles: Collection[int]) -> None:
        ids = set(articles)
        rows = StoryComparison.objects.filter(article__among=ids, other__among=ids).order_by("pk") if ids else ()
        found = rows.values_list("article_id", "other_id", "same") if ids else ()  # type: ignore[union-attr]
        self.said = {frozenset((one, other)): same for one, other, same in found}

    def has(self, pairs: Iterable[Pair], same: bool) -> bool:
        """Return whether an editor said of every pair that it is, or is not, the ``same`` event."""
        return all(self.said.get(frozenset(pair)) is same for pair in pairs)


def decline(user: Any, said: Collection[tuple[Pair, bool]], summary: str) -> Action | None:
    """Keep whether pairs tell of the same event; return the action, None if all of that had been said before.

    The action is in the histories of the stories that the articles are in.
    """
    return _say(user, "story not so", summary, said, [])


def propose_again(user: Any, pairs: Collection[Pair], summary: str) -> Action | None:
    """Forget what was said about pairs; return the action, None if nothing was."""
    return _say(user, "story again", summary, [], pairs)


def _say(
    user: Any, kind: str, summary: str, said: Collection[tuple[Pair, bool]], forgotten: Collection[Pair]
) -> Action | None:
    ids = {pk for pair in [*(pair for pair, _same in said), *forgotten] for pk in pair}
    with writing(), recording(user, kind, summary) as record:
        rows = StoryComparison.objects.filter(article__among=ids, other__among=ids)
        record.watch(StoryComparison, article__among=ids, other__among=ids)
        known = {frozenset((row.article_id, row.other_id)): row for row in rows.order_by("pk")}
        for story in Story.objects.filter(pk__in=StoryMember.objects.filter(article__among=ids).values("story")):
            record.about(story)
        for (one, other), same in said:
            row = known.setdefault(frozenset((one, other)), StoryComparison(article_id=one, other_id=other))
            if row.pk is None or row.same is not same:
                row.same = same
                row.save()
        gone = {frozenset(pair) for pair in forgotten}
        for row in rows if gone else ():
            if frozenset((row.article_id, row.other_id)) in gone:
                row.delete()
    return record.action
