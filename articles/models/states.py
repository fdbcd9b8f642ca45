"""The states of articles in the editors' terms."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from articles.models import Article


def filter_by_state(articles: Any, state: str | None) -> QuerySet[Article]:
    """Return the articles in a state of StateFilter, or without one all but references."""
    choices: dict[str | None, QuerySet[Article]] = {
        "listed": articles.listed(),
        # Found by their time of listing, of which there are few; in the order of a list, all articles would be read.
        "later": articles.filter(pk__in=Article.objects.listed_later().values("pk")),
        "scheduled": articles.scheduled(),
        "draft": articles.drafts(),
        "unlisted": articles.unlisted(),
        "withdrawn": articles.withdrawn(),
        "conflict": articles.in_conflict(),
        "edited": articles.edited_here(),
        "reference": articles.references(),
    }
    return choices.get(state, articles.filter(is_reference=False))


def state_of(article: Article) -> str:
    """Return the state of an article in a word or two."""
    if article.is_reference:
        return str(_("reference"))
    if article.is_withdrawn:
        return str(_("withdrawn"))
    if article.publish_at:
        return str(_("scheduled"))
    if article.is_draft:
        return str(_("draft"))
    if article.listed_from is None:
        return str(_("unlisted"))
    return str(_("listed") if article.is_listed else _("listed later"))
