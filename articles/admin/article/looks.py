"""An article's card as readers see it, from what is saved or from what is typed in its form; nothing is written."""

import json
from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from articles.admin.article.inlines import LAST
from articles.admin.image_rows import valid_images
from articles.content.limits import TITLE_MAX_LENGTH, YEARS
from articles.models import Article, Provider, Topic
from articles.models.querysets import CARD_FIELDS
from articles.pages.cards import card_from
from articles.text.parameters import number_from, parse_pk

if TYPE_CHECKING:
    ArticleAdminBase = admin.ModelAdmin[Article]
else:
    ArticleAdminBase = object

MAX_BYTES = 1_000_000  # of a form's values; the longest excerpt that a file may have fits
MAX_TOPICS = 200
NEW_LINK = 2**62  # the ids of links to be are higher than any
# Texts are shown as they are typed, whatever is still wrong with them; of other fields, valid values only.
TEXTS = {"title": TITLE_MAX_LENGTH}
FIELDS = ("title", "excerpt", "type", "web_url", "original_url", "published_date_time", "date", "slug")
PROVIDER = ("domain", "name", "kind", "images", "own_images")


class LooksViews(ArticleAdminBase):
    """The frame of an article's form in which its card stands."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.looks_view)
        return [
            path("looks/", view, name="articles_article_new_looks"),
            path("<int:pk>/looks/", view, name="articles_article_looks"),
            *super().get_urls(),
        ]

    @method_decorator([xframe_options_sameorigin, csp_replace({"frame-ancestors": [SELF]})])
    def looks_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show the article's card and search result with the readers' styles; after a POST, as its form has them."""
        article = None if pk is None else self.get_object(request, str(pk))
        self.check_looks(request, article, is_new=pk is None)
        row = blank_row() if pk is None else Article.objects.preview_row(pk)
        if row is None:
            raise Http404
        if request.method == "POST":
            if (number_from(request.META.get("CONTENT_LENGTH")) or 0) > MAX_BYTES:
                return HttpResponse(status=413)
            form = self.get_form(request, article, change=article is not None)(request.POST, instance=article)
            row |= typed_values(form, row) | typed_topics(request.POST, row)
        card = card_from(row) if row["title"] else None
        return render(request, "admin/articles/article/looks.html", {"card": card, "host": request.get_host()})

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Article | None = None,
    ) -> HttpResponse:
        """Show the form with the frame beside it; a reference has no card."""
        if obj is None:
            context["looks_url"] = reverse("admin:articles_article_new_looks")
        elif not obj.is_reference:
            context["looks_url"] = reverse("admin:articles_article_looks", args=[obj.pk])
        context["looks_follow"] = obj is None or self.has_change_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def check_looks(self, request: HttpRequest, article: Article | None, is_new: bool) -> None:
        """Raise PermissionDenied for those who may not see the form, or who send what they could not save."""
        if is_new:
            allowed = self.has_add_permission(request)
        elif request.method == "POST":
            allowed = self.has_change_permission(request, article)
        else:
            allowed = self.has_view_or_change_permission(request, article)
        if not allowed:
            raise PermissionDenied


def blank_row() -> dict[str, Any]:
    """Return the columns of a card before anything is typed."""
    article = Article()
    row = {name: None if "__" in name else getattr(article, name) for name in CARD_FIELDS}
    return row | provider_values(None) | {"topics_json": None}


def provider_values(provider: Provider | None) -> dict[str, Any]:
    shown = provider or Provider(domain="provider.example", name=_("Provider"))
    return {f"provider__{name}": getattr(shown, name) for name in PROVIDER}


def typed_values(form: Any, row: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a card that follow from a form's fields, valid or not."""
    typed = {name: value for name in FIELDS for value in typed_value(form, name)}
    form.fill_in(typed)
    if typed.get("published_date_time") and typed["published_date_time"].year not in YEARS:
        del typed["published_date_time"]
    if "excerpt" in typed:
        typed["excerpt"] = typed["excerpt"].replace("\r\n", "\n")
    if "images" in form.fields and (rows := form["images"].data) is not None:
        typed["images"] = valid_images(rows)
    for provider in typed_value(form, "provider"):
        typed |= provider_values(provider)
    return typed | address_values(row | typed)


def typed_value(form: Any, name: str) -> list[Any]:
    """Return the value of a field in a list, which is empty without a valid one."""
    if name not in form.fields:
        return []
    data = form[name].data
    try:
        value = form.fields[name].clean(data)
        Article._meta.get_field(name).run_validators(value)  # type: ignore[union-attr]
        return [value]
    except ValidationError:
        return [str(data or "").replace("\0", "").strip()[: TEXTS[name]]] if name in TEXTS else []


def address_values(row: dict[str, Any]) -> dict[str, Any]:
    """Return the date and slug of an article's address, made from its time and title where they are empty."""
    parts = {name: row[name] for name in ("date", "slug")}
    if all(parts.values()):
        return parts
    article = Article(**parts, title=row["title"], published_date_time=row["published_date_time"])
    article.make_address()
    return {"date": article.date, "slug": article.slug}


def typed_topics(data: Any, row: dict[str, Any]) -> dict[str, Any]:
    """Return the column of a card that has its topics, from the rows of a form; nothing if that has none."""
    total = number_from(data.get("topic_links-TOTAL_FORMS"))
    if total is None:
        return {}
    saved = {link: (position, topic) for position, link, _, _, topic in json.loads(row["topics_json"] or "[]")}
    rows = [(number, f"topic_links-{number}") for number in range(min(total, MAX_TOPICS))]
    sent = [topic_row(data, name, NEW_LINK + number, saved) for number, name in rows if not data.get(f"{name}-DELETE")]
    found = {topic.pk: topic for topic in Topic.objects.filter(pk__among=[pk for *_order, pk in sent if pk])}
    topics = [[*order, found[pk].name, found[pk].slug, pk] for *order, pk in sent if pk in found]
    return {"topics_json": json.dumps(topics)}


def topic_row(data: Any, name: str, new: int, saved: dict[int, tuple[int, int]]) -> tuple[int, int, int]:
    """Return the position of a topic, the id of its link (``new`` without one), and its own id."""
    link, topic = parse_pk(data.get(f"{name}-id")), parse_pk(data.get(f"{name}-topic"))
    position = number_from(data.get(f"{name}-position"))
    if link in saved and saved[link] == ((position or 0) - 1, topic):
        position = saved[link][0]  # forms count from 1; a row that was not changed is not saved
    return LAST if position is None else position, link or new, topic
