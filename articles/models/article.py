"""Articles and their topics."""

import datetime as dt
from itertools import count
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.content.identity import tie_of
from articles.content.layout import MAX_SLUG_BYTES, cut_to_bytes, slug_from
from articles.content.limits import ADDRESS_MAX_LENGTH, TITLE_MAX_LENGTH, YEARS
from articles.models.action import Versions
from articles.models.address_fields import WordSlugField
from articles.models.fields import FieldValuesField, ImagesField, MappingField, SizesField
from articles.models.imports import ContentFolder
from articles.models.provider import Provider
from articles.models.querysets import ArticleQuerySet, ArticleTopicQuerySet
from articles.models.topic import Topic
from articles.models.validators import validate_address, validate_visible
from articles.models.visibility import has_come, listed_from_column
from articles.text.addresses import address


class Article(models.Model):
    """One piece published by a provider.

    ``title`` and ``excerpt`` are stored as in the file, with HTML entities; ``rendering`` decodes them.
    A reference (``is_reference``) is known only from other articles' related lists and has no page here.
    """

    class Type(models.TextChoices):
        ARTICLE = "article", _("article")
        VIDEO = "video", _("video")

    source_path = models.CharField(max_length=500, unique=True, null=True, editable=False)
    is_reference = models.BooleanField(default=False, editable=False)
    date = models.DateField(_("date in the address"), null=True, blank=True)
    # Only looked up together with the date; their unique constraint is the index.
    slug = WordSlugField(_("name in the address"), max_length=255, blank=True, db_index=False)

    # Orders articles of the same time. It follows from the address, while ids depend on the order of imports.
    tie = models.BigIntegerField(default=0, editable=False)

    category = models.CharField(_("category"), max_length=100, blank=True, default="news")
    title = models.CharField(_("title"), max_length=TITLE_MAX_LENGTH, validators=[validate_visible])
    excerpt = models.TextField(_("excerpt"), blank=True)
    published_date_time = models.DateTimeField(_("time of publication"), default=timezone.now)
    original_url = models.CharField(
        _("original URL"), max_length=ADDRESS_MAX_LENGTH, blank=True, validators=[validate_address]
    )
    web_url = models.CharField(_("web URL"), max_length=ADDRESS_MAX_LENGTH, blank=True, validators=[validate_address])
    amp_web_url = models.CharField(
        _("AMP web URL"), max_length=ADDRESS_MAX_LENGTH, blank=True, validators=[validate_address]
    )
    cdn_amp_web_url = models.CharField(
        _("CDN AMP web URL"), max_length=ADDRESS_MAX_LENGTH, blank=True, validators=[validate_address]
    )
    type = models.CharField(_("type"), max_length=50, default=Type.ARTICLE)
    quality = models.IntegerField(_("quality"), default=0, help_text=_("How good the account is."))
    heat = models.IntegerField(_("heat"), default=0, help_text=_("How widely it is covered."))
    published = models.BooleanField(
        _("published"),
        default=False,
        help_text=_("Unlisted when off: on no listing, without a page of its own."),
    )
    removed = models.BooleanField(
        _("withdrawn"), default=False, help_text=_("Appears nowhere; its address answers 410 Gone.")
    )
    # Made here and never published: only editors see it; readers do not even see links to it.
    is_draft = models.BooleanField(default=False, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, db_index=False, related_name="+"
    )
    # Preview links of 1.0.0 contain it. Nothing reads it since; it stays while a server of 1.0.0 may run beside a newer one.
    preview_number = models.PositiveIntegerField(default=0, editable=False)
    # When schedule.py sets ``published``, and when it unsets it; null once that is done.
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    unlist_at = models.DateTimeField(_("published until"), null=True, blank=True)
    # The indexes and constraints below begin with the columns that have no index of their own.
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="articles", db_index=False
    )
    # The file's other values of its provider: names and logos vary between files of one domain.
    provider_said = MappingField(default=dict, blank=True, editable=False)
    topics = models.ManyToManyField(Topic, through="ArticleTopic", related_name="articles")
    related = models.ManyToManyField("self", through="RelatedLink", symmetrical=False, related_name="related_from")
    images = ImagesField(_("images"), default=list, blank=True)
    # Images in the site folder, by address: their sizes if the file has none, null if they do not exist.
    own_images = SizesField(default=dict, blank=True, editable=False)
    featured_content = models.TextField(_("featured content"), blank=True)
    body = models.TextField(_("text"), blank=True, help_text=_("The text below the front matter, in Markdown."))
    secured = models.TextField(blank=True, editable=False)
    extra = MappingField(default=dict, blank=True, editable=False)
    folder = models.ForeignKey(ContentFolder, on_delete=models.SET_NULL, null=True, editable=False)
    # sha256 of the file's bytes as last imported, in hexadecimal.
    file_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Size, times and inode of that file; empty while it is so new that it could change without changing these.
    file_stamp = models.CharField(max_length=100, blank=True, editable=False)
    # sha256 of the file's bytes as last exported; empty if it was not.
    exported_digest = models.CharField(max_length=64, blank=True, editable=False)
    file_missing = models.BooleanField(default=False, editable=False)
    # The file's values of the fields that an editor changed, and the file's new values of those that have changed
    # there since: {field: plain value}, see content/three_way_merge.py.
    edited = FieldValuesField(default=dict, blank=True, editable=False)
    conflicts = FieldValuesField(default=dict, blank=True, editable=False)

    # When what readers see of it last changed after it was added; null: never. A trigger of the database writes it (see
    # migration 0026), so that no writer can forget it.
    updated_at = models.DateTimeField(null=True, editable=False)

    # From when the article is listed; null if it is not to be listed at all. One column for both, so that every
    # listing is a range of one index.
    listed_from = models.GeneratedField(
        expression=listed_from_column(),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    objects = ArticleQuerySet.as_manager()
    history = Versions(
        excluded_fields=[
            "secured", "extra", "own_images", "provider_said", "folder", "file_digest", "file_stamp", "exported_digest", "file_missing",
            "drafted_by", "listed_from", "preview_number", "tie", "updated_at",
        ],
        no_db_index=["source_path", "slug", "provider"],
    )  # fmt: skip

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_date_time", "-tie", "-id"]
        permissions = [("publish_article", "Can publish, schedule, unlist and withdraw articles")]
        indexes = [
            models.Index(fields=["-listed_from", "-tie", "-id"], name="article_listed"),
            models.Index(fields=["provider", "-listed_from", "-tie", "-id"], name="article_provider_listed"),
            models.Index(fields=["-published_date_time", "-tie", "-id"], name="article_published_date_time"),
            models.Index(fields=["web_url"], name="article_web_url"),
            models.Index(fields=["original_url"], name="article_original_url"),
            models.Index(fields=["file_digest"], name="article_file_digest"),
            models.Index(fields=["publish_at"], name="article_publish_at", condition=Q(publish_at__isnull=False)),
            models.Index(fields=["unlist_at"], name="article_unlist_at", condition=Q(unlist_at__isnull=False)),
            models.Index(fields=["drafted_by"], name="article_draft", condition=Q(is_draft=True)),
            models.Index(
                fields=["published_date_time", "updated_at"],
                name="article_updated_at",
                condition=Q(updated_at__isnull=False),
            ),
            # What editors look for in the desk's list, which is rare: without an index, all articles would be read.
            models.Index(
                fields=["-published_date_time", "-tie", "-id"],
                name="article_desk",
                # SQLite takes this index for one condition of these, or for the first two.
                condition=Q(publish_at__isnull=False)
                | Q(unlist_at__isnull=False)
                | Q(is_draft=True)
                | ~Q(conflicts={})
                | ~Q(edited={}),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "slug"], condition=Q(is_reference=False), name="article_unique_address"
            ),
            models.UniqueConstraint(
                fields=["web_url"], condition=Q(is_reference=True), name="article_unique_reference"
            ),
            models.CheckConstraint(
                condition=(
                    Q(is_reference=False, date__isnull=False) & ~Q(slug="")
                    | Q(is_reference=True, date__isnull=True, slug="", published=False, source_path__isnull=True)
                ),
                name="article_addressed_unless_reference",
            ),
            models.CheckConstraint(
                condition=Q(is_draft=False) | Q(published=False, source_path__isnull=True, is_reference=False),
                name="article_draft_is_unpublished",
            ),
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True)
                | Q(unlist_at__isnull=True)
                | Q(publish_at__lt=models.F("unlist_at")),
                name="article_published_before_unlisted",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="article_has_title"),
            # The text of an article without one is the article, and the site its provider.
            models.CheckConstraint(
                condition=Q(is_reference=False) | ~Q(web_url="") | ~Q(original_url=""), name="reference_has_source"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        # Browsers submit text areas with CRLF at the end of each line.
        for name in ("excerpt", "featured_content", "body"):
            setattr(self, name, getattr(self, name).replace("\r\n", "\n"))
        if not (self.web_url or self.original_url or (self.source_path and self.body)):
            raise ValidationError({"web_url": _("Enter the address of the article at its provider.")})
        if self.published_date_time.year not in YEARS:
            raise ValidationError(
                {"published_date_time": _("Choose a time in the range of years that files may have.")}
            )
        if not self.is_reference:
            self.make_address()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tie = tie_of(self.date, self.slug, self.web_url)
        super().save(*args, **kwargs)

    def make_address(self) -> None:
        """Make the parts of the address that are missing from the article's time (UTC) and title."""
        if self.date is None:
            self.date = self.published_date_time.astimezone(dt.UTC).date()
        if not self.slug:
            # No longer than a file name can be, as that gives the article the same address elsewhere.
            wanted = cut_to_bytes(slug_from(self.title), MAX_SLUG_BYTES) or "article"
            there = Article.objects.filter(is_reference=False, date=self.date, slug__startswith=wanted)
            taken = set(there.values_list("slug", flat=True))
            candidates = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
            self.slug = next(slug for slug in candidates if slug not in taken)

    def get_absolute_url(self) -> str:
        """Return the address of the article's page; that at its provider for a reference, which has no page."""
        if self.is_reference or self.date is None:
            return self.source_url
        return article_url(self.date, self.slug)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it appears nowhere: its file or an editor withdrew it, or its file is missing."""
        return self.removed or self.file_missing

    @property
    def is_listed(self) -> bool:
        """Whether readers find it in listings and at its address."""
        return has_come(self.listed_from)

    @property
    def source_url(self) -> str:
        """Its address at its provider."""
        return self.web_url or self.original_url


def article_url(date: dt.date, slug: str) -> str:
    """Return the address ``/<yyyy>/<mm>/<dd>/<slug>/``."""
    return address("article", f"{date.year:04d}", f"{date.month:02d}", f"{date.day:02d}", slug)


class ArticleAlias(models.Model):
    """A path of the site that once led to an article, from its file; readers who ask for it are led to its page."""

    path = models.CharField(max_length=1000, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="aliases")

    def __str__(self) -> str:
        return self.path


class ArticleTopic(models.Model):
    """A topic of an article, with its position in the article's list."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="topic_links", db_index=False)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="article_links", db_index=False)
    position = models.PositiveIntegerField(default=0)
    # Copies of the article's columns, so that a topic's listing is a range of one index; see listings/.
    listed_from = models.DateTimeField(null=True, editable=False)
    tie = models.BigIntegerField(default=0, editable=False)
    # ``listed_from`` of the article that represents its story where the topic shows stories folded, else null.
    folded_from = models.DateTimeField(null=True, editable=False)

    objects = ArticleTopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["topic", "-listed_from", "-tie", "-article"], name="articletopic_listed"),
            models.Index(
                fields=["topic", "-folded_from", "-tie", "-article"],
                name="articletopic_folded",
                condition=Q(folded_from__isnull=False),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["article", "topic"], name="articletopic_unique")]

    def __str__(self) -> str:
        return str(self.topic)
