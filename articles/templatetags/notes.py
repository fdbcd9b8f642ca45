"""The open notes about an article or a story, on its page at the desk."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from articles.models import Article, Note, Story

register = template.Library()
MAX_SHOWN = 20


@register.inclusion_tag("admin/articles/note/open.html", takes_context=True)
def open_notes(context: Context, row: Article | Story | None) -> dict[str, Any]:
    """Show the newest open notes about ``row``, if it is stored and the user may see notes; one query."""
    user = context["request"].user
    if row is None or not row.pk or not user.has_perm("articles.view_note"):
        return {}
    notes = Note.objects.open().about(row).select_related("author", "assignee", "done_by")[:MAX_SHOWN]
    return {"notes": list(notes), "url": reverse("admin:articles_note_about", args=[row._meta.model_name, row.pk])}
