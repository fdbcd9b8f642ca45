"""The form of an article: defaults, validation, and a warning if someone else has saved it in the meantime."""

from typing import Any

from django import forms
from django.db.models import NOT_PROVIDED
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.article import concurrent_edits
from articles.admin.article.concurrent_edits import Clash
from articles.admin.article.inlines import set_known_row
from articles.admin.history import display_value, without_mark
from articles.models import Article, Provider
from articles.models.snapshots import plain
from articles.sync.names import file_key

NEEDED = {"title", "provider"}
KNOWN = gettext_lazy("This address is known already:")
LABELS = {"topics": "topics", "related": "related articles"}


class ArticleForm(forms.ModelForm):  # type: ignore[type-arg]
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    revoke_previews = forms.BooleanField(
        label=gettext_lazy("revoke preview links"),
        required=False,
        help_text=gettext_lazy("All links to this article that were given out stop working when this is saved."),
    )

    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets choose

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clashes: list[Clash] = []
        set_known_row(self, "provider")
        if "web_url" in self.fields:
            self.fields["web_url"].widget.attrs["data-known"] = KNOWN  # for the note below it, while it is typed
        if "heat" in self.fields:
            self.show_heat(self.fields["heat"])
        for name, bound in self.fields.items():
            bound.required = bound.required and name in NEEDED
        if self.instance.pk and not self.is_bound:
            state = concurrent_edits.state_of(self.instance)
            self.initial["version"] = concurrent_edits.as_version(state)
            self.instance.plain_values = state  # file_differs uses it, too

    def show_heat(self, heat: forms.Field) -> None:
        """Leave the field empty for an article that does not lead its story, which files mark by -1."""
        if self.instance.heat == -1:
            self.initial["heat"] = None
            heat.help_text = _("How widely it is covered; empty, since another article leads its story.")

    def clean_heat(self) -> int | None:
        heat: int | None = self.cleaned_data["heat"]
        return -1 if heat is None and self.instance.heat == -1 else heat

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        self.fill_in(cleaned)
        if {"published", "publish_at", "unlist_at"} <= self.fields.keys():
            error = window_error(bool(cleaned.get("published")), cleaned.get("publish_at"), cleaned.get("unlist_at"))
            if error:
                self.add_error(*error)
        if self.instance.pk and cleaned.get("version"):
            self.compare(cleaned)
        return cleaned

    def fill_in(self, cleaned: dict[str, Any]) -> None:
        """Set fields that were left empty to the defaults of a new article."""
        for column in Article._meta.concrete_fields:
            lacks = column.name in self.fields and column.name in cleaned and cleaned[column.name] is None
            if lacks and not column.null and column.default is not NOT_PROVIDED:
                cleaned[column.name] = column.get_default()

    def compare(self, cleaned: dict[str, Any]) -> None:
        """If someone else has saved the article in the meantime, refuse to save and show both versions."""
        version, now = cleaned["version"], concurrent_edits.state_of(self.instance)
        changed = sorted(concurrent_edits.changed_since(version, now))
        if not changed:
            return
        data: QueryDict = self.data.copy()  # type: ignore[attr-defined]
        self.data = data
        for name in changed:
            theirs = now[name]
            mine = data.get(f"{name}-sent", "") if name in concurrent_edits.LISTS else self.mine(cleaned, name, theirs)
            if name in self.fields and concurrent_edits.is_untouched(version, name, mine):
                concurrent_edits.set_value(data, self, name, getattr(self.instance, name))
                mine = theirs
            self.clashes.append(Clash(self.label(name), shown(name, theirs), shown(name, mine)))
        data[self.add_prefix("version")] = concurrent_edits.as_version(now)
        self.add_error(None, _("Someone else saved this article while you were editing. Nothing of yours is lost:"
                               " compare both versions above, and save again."))  # fmt: skip

    def mine(self, cleaned: dict[str, Any], name: str, theirs: Any) -> Any:
        """Return what was typed as a plain value; ``theirs`` for fields that are not in the form."""
        if name not in self.fields:
            return theirs
        value = cleaned.get(name, self.data.get(self.add_prefix(name)))
        return value.domain if isinstance(value, Provider) else concurrent_edits.whole_seconds(plain(value))

    def label(self, name: str) -> str:
        return str(self.fields[name].label) if name in self.fields else _(LABELS.get(name, file_key(name)))


def shown(name: str, value: Any) -> str:
    return display_value(without_mark(name, value), None, {})


def window_error(published: bool, publish_at: Any, unlist_at: Any) -> tuple[str, str] | None:
    """Return the field and the message of an error in the schedule, if there is one."""
    now = timezone.now()
    if publish_at and published:
        return "publish_at", _("It is published already: leave this empty, or untick “published”.")
    if publish_at and publish_at <= now:
        return "publish_at", _("This time has passed: tick “published” to publish it now.")
    if unlist_at and unlist_at <= now:
        return "unlist_at", _("This time has passed: untick “published” to unlist it now.")
    if unlist_at and publish_at and unlist_at <= publish_at:
        return "unlist_at", _("It would end before it begins.")
    if unlist_at and not (published or publish_at):
        return "unlist_at", _("It is not published: give a time to publish it, too, or tick “published”.")
    return None
