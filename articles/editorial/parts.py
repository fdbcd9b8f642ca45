"""Undoing actions that were done in parts: part by part, the last one first."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.db.locks import writing
from articles.editorial.recording import start_whole
from articles.editorial.undo import Undone, undo
from articles.models import Action


def undo_parts(whole: Action, user: Any, undoing: Action) -> Iterator[Undone]:
    """Undo the parts of an action that have not been undone, each in a transaction; ``undoing`` is the action of that.

    Each result is yielded after its transaction, so that the caller may stop there, and go on another time.
    """
    for pk in list(whole.parts.filter(undone_at=None).order_by("-pk").values_list("pk", flat=True)):
        yield undo(Action.objects.get(pk=pk), user, undoing)
    with writing():
        Action.objects.filter(pk=whole.pk).update(undone_at=timezone.now(), undone_by=undoing.user)


def undo_whole(whole: Action, user: Any) -> Undone:
    """Undo all parts of an action at once, in one transaction."""
    with writing():
        undoing = start_whole(user, "undo", undo_summary(whole), "")
        result = Undone(action=undoing)
        for done in undo_parts(whole, user, undoing):
            result.restored += done.restored
            result.left += done.left
    return result


def undo_summary(action: Action) -> str:
    return (_("Undone: %s") % action.summary)[:300]
