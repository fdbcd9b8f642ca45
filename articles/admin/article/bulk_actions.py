"""The kinds of bulk changes: the form of each, its preview, and how it is made."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.article.inlines import NamedSplitDateTime
from articles.content.domains import normal_domain
from articles.editorial.edits import add_topics, edit_articles, remove_topics, replace_topic
from articles.editorial.recording import Recorder
from articles.models import Article, ArticleTopic, Pin, Provider, Topic
from articles.models.states import state_of
from articles.models.visibility import DECIDING, listed_from_of
from articles.sync.names import provider_at
from articles.text.rendering import plain_text

STATE_COLUMNS = ("published", "removed", "is_draft", "publish_at", "unlist_at", "edited", "conflicts")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """The state of an article before and after, for display; ``is_change`` tells if it changes, even if the texts agree."""

    pk: int
    title: str
    before: str
    after: str
    is_change: bool


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, required=False, help_text=gettext_lazy("Other editors see it.")
    )


class TopicsForm(ReasonForm):
    topics = forms.ModelMultipleChoiceField(Topic.objects.order_by("name"), label=gettext_lazy("Topics"))
    field_order = ("topics", "reason")


class ReplaceForm(ReasonForm):
    old = forms.ModelChoiceField(Topic.objects.order_by("name"), label=gettext_lazy("Topic to replace"))
    new = forms.ModelChoiceField(Topic.objects.order_by("name"), label=gettext_lazy("New topic"))
    field_order = ("old", "new", "reason")

    def clean(self) -> Values | None:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("old") and cleaned.get("old") == cleaned.get("new"):
            self.add_error("new", _("Choose another topic than the one to replace."))
        return cleaned


class ProviderForm(ReasonForm):
    provider = forms.CharField(label=gettext_lazy("Domain of the provider"), max_length=253)
    field_order = ("provider", "reason")

    def clean_provider(self) -> Provider:
        found = provider_at(normal_domain(self.cleaned_data["provider"]))
        if found is None:
            raise forms.ValidationError(_("There is no provider of this domain."))
        return found


class PinForm(forms.Form):
    place = forms.IntegerField(label=gettext_lazy("Position of the first"), min_value=1, max_value=32767, initial=1)
    starts = forms.SplitDateTimeField(label=gettext_lazy("From"), widget=NamedSplitDateTime)
    ends = forms.SplitDateTimeField(label=gettext_lazy("Until"), widget=NamedSplitDateTime)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("Readers see it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["starts"].initial, self.fields["ends"].initial = now, now + dt.timedelta(days=1)

    def clean(self) -> Values | None:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", _("A pin must end after it starts."))
        return cleaned


Plan = Callable[[list[Article], Values], list[Change]]
Apply = Callable[[Recorder, list[int], Values], object]


@dataclass(frozen=True, slots=True)
class Bulk:
    """One kind of change: its form, its preview (``plan``), and how it is made (``apply``)."""

    title: Any
    done: Callable[[int], str]  # returns the summary for a number of articles
    plan: Plan
    apply: Apply
    form: type[forms.Form] = ReasonForm
    permissions: tuple[str, ...] = ("articles.publish_article", "articles.change_article")
    asks: bool = field(default=False)  # whether the form must be filled in before anything can be shown


def _states(articles: list[Article], **values: Any) -> list[Change]:
    changes = []
    for article in articles:
        before = state_of(article)
        after = Article(**{each.attname: getattr(article, each.attname) for each in Article._meta.concrete_fields
                           if not each.generated and each.attname not in article.get_deferred_fields()} | values)  # fmt: skip
        after.listed_from = listed_from_of({name: getattr(after, name) for name in DECIDING})
        after.is_draft = after.is_draft and not after.published
        is_change = any(getattr(after, name) != getattr(article, name) for name in values) or before != state_of(after)
        changes.append(Change(article.pk, plain_text(article.title), before, state_of(after), is_change))
    return changes


def _set_states(record: Recorder, ids: list[int], **values: Any) -> None:
    record.watch_articles(ids, STATE_COLUMNS)
    edit_articles(ids, **values)


def _to_state(**columns: Any) -> tuple[Plan, Apply]:
    """Return the preview of giving articles these values, and what gives them."""
    return (
        lambda articles, values: _states(articles, **columns),
        lambda record, ids, values: _set_states(record, ids, **columns),
    )


def _topic_changes(articles: list[Article], after: Callable[[list[str]], list[str]]) -> list[Change]:
    rows = ArticleTopic.objects.filter(article__among=[each.pk for each in articles]).order_by("position", "pk")
    names: dict[int, list[str]] = {}
    for pk, name in rows.values_list("article_id", "topic__name"):
        names.setdefault(pk, []).append(name)
    changes = []
    for article in articles:
        before = names.get(article.pk, [])
        now = after(before)
        changes.append(Change(article.pk, plain_text(article.title), ", ".join(before), ", ".join(now), before != now))
    return changes


def _watch_topics(record: Recorder, ids: list[int]) -> None:
    record.watch_articles(ids, ("edited", "conflicts"))
    record.watch(ArticleTopic, article__among=set(ids))


def _plan_add(articles: list[Article], values: Values) -> list[Change]:
    names = [topic.name for topic in values["topics"]]
    return _topic_changes(articles, lambda before: [*before, *(name for name in names if name not in before)])


def _plan_remove(articles: list[Article], values: Values) -> list[Change]:
    names = {topic.name for topic in values["topics"]}
    return _topic_changes(articles, lambda before: [name for name in before if name not in names])


def _plan_replace(articles: list[Article], values: Values) -> list[Change]:
    old, new = values["old"].name, values["new"].name

    def after(before: list[str]) -> list[str]:
        if new in before:
            return [name for name in before if name != old]
        return [new if name == old else name for name in before]

    return _topic_changes(articles, after)


def _apply_add(record: Recorder, ids: list[int], values: Values) -> None:
    _watch_topics(record, ids)
    add_topics(ids, values["topics"])


def _apply_remove(record: Recorder, ids: list[int], values: Values) -> None:
    _watch_topics(record, ids)
    remove_topics(ids, values["topics"])


def _apply_replace(record: Recorder, ids: list[int], values: Values) -> None:
    _watch_topics(record, ids)
    replace_topic(ids, values["old"], values["new"])


def _plan_provider(articles: list[Article], values: Values) -> list[Change]:
    provider = values["provider"]
    return [
        Change(
            each.pk, plain_text(each.title), *_distinct_names(each.provider, provider), each.provider_id != provider.pk
        )
        for each in articles
    ]


def _distinct_names(one: Provider, other: Provider) -> tuple[str, str]:
    """Return the names of two providers, with their domains if different providers have the same name."""
    names = plain_text(one.name), plain_text(other.name)
    if one.pk == other.pk or names[0] != names[1]:
        return names
    return f"{names[0]} ({one.domain})", f"{names[1]} ({other.domain})"


def _apply_provider(record: Recorder, ids: list[int], values: Values) -> None:
    record.watch_articles(ids, ("provider_id", "edited", "conflicts"))
    edit_articles(ids, provider=values["provider"])


def _plan_pins(articles: list[Article], values: Values) -> list[Change]:
    text = _("pinned at position %d")
    return [
        Change(each.pk, plain_text(each.title), _("not listed: readers would not see it") if not each.is_listed else "",
               text % (values["place"] + index), is_change=True)
        for index, each in enumerate(articles)
    ]  # fmt: skip


def _apply_pins(record: Recorder, ids: list[int], values: Values) -> None:
    for index, pk in enumerate(ids):
        record.add_new(Pin.objects.create(
            article_id=pk, place=values["place"] + index, starts=values["starts"], ends=values["ends"],
            reason=values["reason"],
        ))  # fmt: skip


BULK: dict[str, Bulk] = {
    "publish": Bulk(
        gettext_lazy("Publish: list with a page of its own"),
        lambda n: ngettext("Published %d article", "Published %d articles", n) % n,
        *_to_state(published=True, removed=False, publish_at=None),
    ),
    "unlist": Bulk(
        gettext_lazy("Unpublish: only links in related lists stay"),
        lambda n: ngettext("Unpublished %d article", "Unpublished %d articles", n) % n,
        *_to_state(published=False, publish_at=None, unlist_at=None),
    ),
    "withdraw": Bulk(
        gettext_lazy("Withdraw: appears nowhere, its address is gone"),
        lambda n: ngettext("Withdrew %d article", "Withdrew %d articles", n) % n,
        *_to_state(removed=True),
    ),
    "add_topics": Bulk(
        gettext_lazy("Add topics"),
        lambda n: ngettext("Added topics to %d article", "Added topics to %d articles", n) % n,
        _plan_add,
        _apply_add,
        TopicsForm,
        asks=True,
    ),
    "remove_topics": Bulk(
        gettext_lazy("Remove topics"),
        lambda n: ngettext("Removed topics from %d article", "Removed topics from %d articles", n) % n,
        _plan_remove,
        _apply_remove,
        TopicsForm,
        asks=True,
    ),
    "replace_topic": Bulk(
        gettext_lazy("Replace a topic by another"),
        lambda n: ngettext("Replaced a topic of %d article", "Replaced a topic of %d articles", n) % n,
        _plan_replace,
        _apply_replace,
        ReplaceForm,
        asks=True,
    ),
    "set_provider": Bulk(
        gettext_lazy("Set the provider"),
        lambda n: ngettext("Set the provider of %d article", "Set the provider of %d articles", n) % n,
        _plan_provider,
        _apply_provider,
        ProviderForm,
        asks=True,
    ),
    "pin": Bulk(
        gettext_lazy("Pin to the front page"),
        lambda n: ngettext("Pinned %d article", "Pinned %d articles", n) % n,
        _plan_pins,
        _apply_pins,
        PinForm,
        permissions=("articles.add_pin", "articles.change_article"),
        asks=True,
    ),
}
