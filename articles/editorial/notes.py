"""Writing notes to colleagues, who find what is assigned to them or mentions them on their start page."""

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone

from articles.db.locks import writing
from articles.models import Article, Note, Story

# ``@name``, but no address of mail; names of users hold letters, digits and these signs.
_MENTION = re.compile(r"(?<![\w.+-])@([\w.@+-]+)")


def colleagues() -> QuerySet[Any]:
    """Return who can be told something: active users of the desk, by name."""
    return get_user_model().objects.filter(is_staff=True, is_active=True).order_by("username")


def mentioned_in(text: str) -> list[int]:
    """Return the ids of the colleagues that a text names as ``@name``, whatever the case of the letters.

    A sign at the end of a name may be one of the sentence; both are looked for.
    """
    names = {name.casefold() for name in _MENTION.findall(text)}
    wanted = names | {name.rstrip(".-+@") for name in names}
    if not wanted:
        return []
    return [pk for pk, name in colleagues().values_list("pk", "username") if name.casefold() in wanted]


def write_note(author: Any, subject: Article | Story, text: str, assignee: Any = None) -> Note:
    """Store a note about an article or a story, with those whom it mentions."""
    about = {"article": subject} if isinstance(subject, Article) else {"story": subject}
    with writing():
        note = Note.objects.create(author=author, text=text, assignee=assignee, **about)
        note.mentioned.set(mentioned_in(text))
    return note


def set_done(user: Any, note: Note, is_done: bool) -> None:
    """Mark a note as done by a user, or as open again; who was first stays."""
    with writing():
        notes = Note.objects.filter(pk=note.pk)
        if is_done:
            notes.open().update(done_at=timezone.now(), done_by=user)
        else:
            notes.update(done_at=None, done_by=None)
