"""Computed columns of the article list and form, and the fieldsets of the form."""

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.conflicts import conflict_flags, with_flags
from articles.admin.history import differences_of
from articles.admin.previews import shown_links
from articles.models import Article, Story
from articles.models.states import state_of
from articles.sync.field_values import values_of
from articles.text.rendering import plain_text


class ShownFields:
    """Computed columns of the list and read-only fields of the form."""

    @admin.display(description=_("title"))
    def shown_title(self, article: Article) -> str | SafeString:
        return with_flags(plain_text(article.title), conflict_flags(article))

    @admin.display(description=_("time"), ordering="published_date_time")
    def shown_time(self, article: Article) -> str:
        return date_format(timezone.localtime(article.published_date_time), "DATETIME_FORMAT")

    @admin.display(description=_("heat"))
    def shown_heat(self, article: Article) -> str:
        """Return the heat, but for -1, by which files mark articles that do not lead their story."""
        return "–" if article.heat == -1 else str(article.heat)

    @admin.display(description=_("topics"))
    def shown_topics(self, article: Article) -> str:
        return ", ".join(link.topic.name for link in article.topic_links.all())

    @admin.display(description=_("state"))
    def state(self, article: Article) -> str:
        return state_of(article) if article.pk else str(_("draft"))

    @admin.display(description=_("preview"))
    def preview_link(self, article: Article) -> str | SafeString:
        if not article.pk or article.is_reference:
            return "–"
        if article.is_withdrawn:
            return str(_("Withdrawn: its preview links say so, too."))
        url = f"{reverse('admin:articles_previewlink_changelist')}?article={article.pk}&state=all"
        context = {"links": shown_links(article), "list_url": url}
        return SafeString(render_to_string("admin/articles/article/preview_links.html", context))

    @admin.display(description=_("file"))
    def file_path(self, article: Article) -> str:
        if not article.source_path:
            return str(_("None: it was made here."))
        path = f"{article.folder.path}/{article.source_path}" if article.folder else article.source_path
        return f"{path} ({_('the file has gone')})" if article.file_missing else path

    @admin.display(description=_("what differs from the file"))
    def file_differs(self, article: Article) -> str | SafeString:
        in_file = article.edited | article.conflicts
        if not in_file:
            return str(_("Nothing.")) if article.source_path else "–" if article.is_draft else self.file_link(article)
        here = getattr(article, "plain_values", None) or values_of([article])[article.pk]
        differences = differences_of(Article, {name: (value, here.get(name)) for name, value in in_file.items()}, {})
        shown = SafeString(render_to_string("admin/articles/differences.html", {"differences": differences}))
        return shown + self.file_link(article)

    @staticmethod
    def file_link(article: Article) -> SafeString:
        """Return a link to what an export would write into an article's file."""
        url = reverse("admin:articles_article_file", args=[article.pk])
        return format_html('<a href="{}">{}</a>', url, _("Show the lines of the file"))

    @admin.display(description=_("secured text"))
    def secured_print(self, article: Article) -> str:
        if not article.secured:
            return "–"
        return _("%(length)d characters, which nobody is shown") % {"length": len(article.secured)}

    @admin.display(description=_("story"))
    def story_link(self, article: Article) -> str | SafeString:
        story = Story.objects.filter(members=article.pk, size__gt=1).first() if article.pk else None
        if story is None:
            return "–"
        url = reverse("admin:articles_story_change", args=[story.pk])
        text = _("%(articles)d articles from %(providers)d providers")
        return format_html('<a href="{}">{}</a>', url, text % {"articles": story.size, "providers": story.providers})


def contributor_fieldsets(article: Article | None, own: list[str], previews: list[str]) -> Any:
    """Return the fieldsets for contributors; ``own`` and ``previews`` are for those who may change the article."""
    main = {"fields": ("title", "web_url", "provider", "excerpt", "type", *own)}
    if article is None:
        return ((_("Draft"), main),)
    return (
        (_("Draft"), main),
        (_("Images"), {"fields": ("images",)}),
        (_("Publishing"), {"fields": ("state", *previews)}),
    )


def editor_fieldsets(article: Article | None, own: list[str], previews: list[str]) -> Any:
    """Return the fieldsets for editors, by purpose; a new article has fewer."""
    publishing = (("published", "removed"), ("publish_at", "unlist_at"), "published_date_time")
    more = {
        "classes": ("collapse",),
        "fields": ("category", "original_url", "amp_web_url", "cdn_amp_web_url", "featured_content", "body"),
    }
    address = {
        "classes": ("collapse",),
        "fields": (("date", "slug"),),
        "description": _("Left empty, they are made from time and title."),
    }
    conflicts = ("conflicts_link",) if article and article.conflicts else ()
    if article is None:
        draft = _(
            "Title, address and provider are enough; it stays a draft, which no reader sees, until it is published."
        )
        return (
            (_("Article"), {"fields": ("title", "web_url", "provider", "excerpt"), "description": draft}),
            (_("Images"), {"classes": ("collapse",), "fields": ("images",)}),
            (_("Publishing"), {"classes": ("collapse",), "fields": publishing}),
            (_("Weight"), {"classes": ("collapse",), "fields": (("heat", "quality"), "type")}),
            (_("Address here"), address),
            (_("More"), more),
        )
    return (
        (_("Article"), {"fields": (*conflicts, "title", "excerpt", "provider", "web_url", "type", *own)}),
        (_("Images"), {"fields": ("images",)}),
        (_("Publishing"), {"fields": ("state", *publishing, "listed_from", *previews)}),
        (_("Weight"), {"fields": (("heat", "quality"), "story_link")}),
        (_("Its file"), {"fields": ("file_path", "file_differs", "secured_print")}),
        (_("Address here"), address),
        (_("More from the file"), more),
    )
