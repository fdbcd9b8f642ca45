"""Says why each article belongs to its story, in words, for the desk."""

from collections.abc import Collection, Iterator

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from articles.content.web_addresses import piece_number
from articles.models import Article, Story, StoryEvidence
from articles.stories.evidence import BETWEEN
from articles.text.rendering import plain_text

MAX_PAIRS = 20_000  # pairs of a story that are looked at; the strongest ones
COLUMNS = ("one_id", "other_id", "score", "likeness", "words", "is_copy")


def reasons_of(story: Story, members: Collection[Article]) -> dict[int, str]:
    """Return the strongest reason that joins each of these members to another one, by article."""
    titles = {member.pk: plain_text(member.title) for member in members}
    reasons = {pk: _("same address as “%s”") % titles[other] for pk, other in _same_addresses(members)}
    rows = StoryEvidence.objects.filter(one__member__story=story, other__member__story=story)
    for one, other, score, likeness, words, is_copy in rows.order_by("-score", "id").values_list(*COLUMNS)[:MAX_PAIRS]:
        for pk, with_ in ((one, other), (other, one)):
            if pk in titles and with_ in titles and pk not in reasons:
                reasons[pk] = in_words(titles[with_], score, likeness, words.split(BETWEEN) if words else (), is_copy)
    return reasons


def _same_addresses(members: Collection[Article]) -> Iterator[tuple[int, int]]:
    """Yield the members that have the address of another one, with that."""
    first: dict[int, int] = {}
    for member in members:
        number = None if member.is_reference else piece_number(member.web_url or member.original_url)
        if number is not None and (other := first.setdefault(number, member.pk)) != member.pk:
            yield member.pk, other
            yield other, member.pk


def in_words(title: str, score: float, likeness: float, words: Collection[str], is_copy: bool) -> str:
    """Return evidence about an article and one with this title: "0.62 with “...”, shares Cosmos, DB and Wiz"."""
    values = {
        "likeness": number_format(likeness, 2),
        "title": title,
        "words": get_text_list(list(words), _("and")),
    }
    if is_copy:
        return _("%(likeness)s with “%(title)s”, the same text") % values
    if score < 0:
        linked = _("linked with “%(title)s”, shares %(words)s") if words else _("linked with “%(title)s”")
        return linked % values
    return (
        _("%(likeness)s with “%(title)s”, shares %(words)s") if words else _("%(likeness)s with “%(title)s”")
    ) % values
