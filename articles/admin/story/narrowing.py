"""Which articles of a story its page shows: those with some words, or of some days."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article
from articles.text.parameters import day_from, text_from
from articles.text.rendering import plain_text

MAX_QUERY = 200


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What an editor asks for; empty or None where it does not matter."""

    text: str
    first: dt.date | None
    last: dt.date | None

    def shows(self, member: Article) -> bool:
        words = f"{plain_text(member.title)} {plain_text(member.provider.name)}".casefold()
        day = timezone.localtime(member.published_date_time).date()
        return (
            all(word in words for word in self.text.casefold().split())
            and (self.first is None or day >= self.first)
            and (self.last is None or day <= self.last)
        )

    def context(self) -> dict[str, Any]:
        is_narrowed = bool(self.text or self.first or self.last)
        return {"text": self.text, "first": self.first, "last": self.last, "is_narrowed": is_narrowed}


def narrowed_by(request: HttpRequest) -> Narrowed:
    """Return what the address of a page asks for."""
    get = request.GET
    return Narrowed(text_from(get.get("q"), MAX_QUERY), day_from(get.get("from")), day_from(get.get("until")))
