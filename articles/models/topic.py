"""Subjects that articles are about."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.content.addresses import topic_key
from articles.models.action import Versions


class Topic(models.Model):
    """A subject with a page of its own; topics form a tree by ``parent``.

    Files name a topic by its ``name``; letter case and surrounding space do not matter.
    """

    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    name = models.CharField(max_length=100)
    # What files are matched by: the name, case-folded.
    key = models.CharField(max_length=200, unique=True, editable=False)
    shortname = models.CharField(max_length=100, blank=True)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    description = models.TextField(blank=True)
    keywords = models.JSONField(default=list, blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    images = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=1000, help_text=_("Order in menus and lists, lowest first."))
    extra = models.JSONField(default=dict, blank=True, editable=False)
    # Names of the fields that an editor changed, which no import changes any more.
    edited = models.JSONField(default=list, blank=True, editable=False)
    source_path = models.CharField(max_length=500, unique=True, null=True, editable=False)

    history = Versions(excluded_fields=["extra"])

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="topic_has_name"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")), name="topic_not_own_parent"
            ),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As it was read, so that signals.py can tell when a save changes it. A deferred one counts as unchanged.
        self.old_name = self.__dict__.get("name")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.key = topic_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        if Topic.objects.filter(key=topic_key(self.name)).exclude(pk=self.pk).exists():
            raise ValidationError({"name": _("Another topic has this name.")})
        aliases = TopicAlias.objects.exclude(topic=self.pk).select_related("topic")
        if alias := aliases.filter(key=topic_key(self.name)).first():
            raise ValidationError({"name": _("This is another name of the topic “%s”.") % alias.topic})
        if alias := aliases.filter(slug=self.slug).first():
            raise ValidationError({"slug": _("This is an old address of the topic “%s”.") % alias.topic})
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk:
                raise ValidationError({"parent": _("A topic cannot stand below itself.")})
            ancestor = ancestor.parent

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])


class TopicAlias(models.Model):
    """A name that files still have for a topic, or a slug that links still lead to: it was renamed, or merged."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=100, blank=True, help_text=_("Files that name it so mean this topic."))
    key = models.CharField(max_length=200, unique=True, null=True, editable=False)
    slug = models.SlugField(
        _("old address"), max_length=100, unique=True, null=True, blank=True, allow_unicode=True,
        help_text=_("Readers who come there are led to this topic."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names and old addresses")
        ordering = ["name", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(key__isnull=False) | models.Q(slug__isnull=False), name="topicalias_says_something"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.slug or ""

    def save(self, *args: object, **kwargs: object) -> None:
        self.key, self.slug = topic_key(self.name) or None, self.slug or None
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        key = topic_key(self.name)
        if not (key or self.slug):
            raise ValidationError(_("Give a name, an address, or both."))
        others = TopicAlias.objects.exclude(pk=self.pk)
        if key and (Topic.objects.filter(key=key).exists() or others.filter(key=key).exists()):
            raise ValidationError({"name": _("A topic has this name; merge it into this one.")})
        if self.slug and Topic.objects.filter(slug=self.slug).exists():
            raise ValidationError({"slug": _("A topic has this address; merge it into this one.")})
