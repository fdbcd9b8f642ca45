"""Topics: the subjects of articles."""

from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.content.identity import topic_key
from articles.models.action import Versions
from articles.models.address_fields import WordSlugField
from articles.models.fields import MappingField, NamesField, TopicImagesField, WordsField
from articles.models.validators import validate_visible

BELOW_ITSELF = _("A topic cannot be its own ancestor.")


class Topic(models.Model):
    """A subject with a page of its own; topics form a tree by ``parent``.

    Files name a topic by its ``name``; letter case, extra spaces and how letters are composed do not matter.
    """

    slug = WordSlugField(_("name in the address"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=100, validators=[validate_visible])
    # Files are matched by this key: the name, case-folded and composed, where one character may become three.
    key = models.CharField(max_length=300, unique=True, editable=False)
    shortname = models.CharField(_("short name"), max_length=100, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent"), on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )
    description = models.TextField(_("description"), blank=True)
    keywords = WordsField(_("keywords"), default=list, blank=True)
    hashtags = WordsField(_("hashtags"), default=list, blank=True)
    images = TopicImagesField(_("images"), default=list, blank=True)
    position = models.PositiveIntegerField(
        _("position"), default=1000, help_text=_("Order in menus and lists, lowest first.")
    )
    extra = MappingField(default=dict, blank=True, editable=False)
    # Names of the fields that an editor changed; imports leave them alone.
    edited = NamesField(default=list, blank=True, editable=False)
    # The file's values of those that have changed there since, by field: an editor chooses. A parent is named by its key.
    conflicts = MappingField(default=dict, db_default={}, blank=True, editable=False)
    source_path = models.CharField(max_length=500, unique=True, null=True, editable=False)

    # Set on a row by a writer that has checked the parents of many rows at once, under the write lock.
    is_parent_checked = False

    history = Versions(excluded_fields=["extra", "conflicts"])

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="topic_has_name"),
            models.CheckConstraint(condition=~models.Q(key=""), name="topic_has_key"),
            models.CheckConstraint(condition=~models.Q(slug=""), name="topic_has_slug"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")), name="topic_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Save the topic; raise ValidationError if it would become its own ancestor."""
        self.key = topic_key(self.name)
        if self.pk and self.parent_id and not self.is_parent_checked:
            stored = Topic.objects.filter(pk=self.pk).values_list("parent_id", flat=True).first()
            if self.parent_id != stored:
                self.check_parent()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def check_parent(self) -> None:
        """Raise ValidationError if the topic is its own ancestor, by the rows that are stored now."""
        if self.pk and stands_below(self.parent_id, self.pk):
            raise ValidationError({"parent": BELOW_ITSELF})

    def clean(self) -> None:
        # Constraints are validated after clean().
        self.key = topic_key(self.name)
        if faults := name_faults(self, StoredNames()):
            raise ValidationError(dict(faults))
        self.check_parent()

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])


class NamesOfTopics(Protocol):
    """Whose names and addresses there are; ``name_faults`` asks for them."""

    def named(self, key: str) -> Topic | None: ...

    def once_named(self, key: str) -> Topic | None: ...

    def once_at(self, slug: str) -> Topic | None: ...


class StoredNames:
    """The names and addresses in the database."""

    def named(self, key: str) -> Topic | None:
        return Topic.objects.filter(key=key).first()

    def once_named(self, key: str) -> Topic | None:
        return self._owner(key=key)

    def once_at(self, slug: str) -> Topic | None:
        return self._owner(slug=slug)

    def _owner(self, **where: str) -> Topic | None:
        alias = TopicAlias.objects.filter(**where).select_related("topic").first()
        return alias.topic if alias else None


def name_faults(topic: Topic, names: NamesOfTopics) -> list[tuple[str, Any]]:
    """Return why a topic may not have its name or address, by field: each means one topic, older ones included."""
    key = topic_key(topic.name)
    faults: list[tuple[str, Any]] = []
    if (names.named(key) or topic) != topic:
        faults.append(("name", _("Another topic has this name.")))
    elif (other := names.once_named(key) or topic) != topic:
        faults.append(("name", _("This is another name of the topic “%s”.") % other))
    if (other := names.once_at(topic.slug) or topic) != topic:
        faults.append(("slug", _("This is an old address of the topic “%s”.") % other))
    return faults


def stands_below(topic_id: int | None, other_id: int) -> bool:
    """Return whether a topic is the other one or a descendant of it; None is not."""
    if topic_id is None or topic_id == other_id:
        return topic_id is not None
    parents = dict(Topic.objects.filter(parent__isnull=False).order_by().values_list("pk", "parent_id"))
    # Visit each topic once, as rows that form a circle would have no end.
    while topic_id is not None and topic_id != other_id:
        topic_id = parents.pop(topic_id, None)
    return topic_id == other_id


class TopicAlias(models.Model):
    """A name that files may still use for a topic, or a slug that links may still have: it was renamed or merged.

    Triggers keep it from being what another row is called today; see migration 0020 before changing the table.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(
        _("name"),
        max_length=100,
        blank=True,
        validators=[validate_visible],
        help_text=_("Files that name it so mean this topic."),
    )
    key = models.CharField(max_length=300, unique=True, null=True, editable=False)
    slug = WordSlugField(
        _("old address"), max_length=100, unique=True, null=True, blank=True,
        help_text=_("Readers who come there are led to this topic."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names and old addresses")
        ordering = ["name", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(key__isnull=False) | models.Q(slug__isnull=False), name="topicalias_says_something"
            ),
            models.CheckConstraint(condition=~models.Q(key=""), name="topicalias_key_is_one"),
            models.CheckConstraint(condition=~models.Q(slug=""), name="topicalias_slug_is_one"),
        ]

    def __str__(self) -> str:
        return self.name or self.slug or ""

    def save(self, *args: object, **kwargs: object) -> None:
        self.key, self.slug = topic_key(self.name) or None, self.slug or None
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        key, self.slug = topic_key(self.name), self.slug or None
        self.key = key or None
        if not (key or self.slug):
            raise ValidationError(_("Enter a name, an address, or both."))
        others = TopicAlias.objects.exclude(pk=self.pk)
        if key and (Topic.objects.filter(key=key).exists() or others.filter(key=key).exists()):
            raise ValidationError({"name": _("A topic has this name; merge it into this one.")})
        if self.slug and Topic.objects.filter(slug=self.slug).exists():
            raise ValidationError({"slug": _("A topic has this address; merge it into this one.")})
