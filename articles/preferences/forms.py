"""The form of /settings/."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.content.domains import normal_domain
from articles.models.validators import validate_domain
from articles.preferences.buttons import ADDING, with_name
from articles.preferences.choices import MAX_QUALITY, Choices, languages, time_zones, without_times

LISTS = ("followed_topics", "followed_stories", "followed_threads", "muted_topics", "muted_providers")
VIEW_LABELS = [("articles", _("Every article")), ("stories", _("One article of each story"))]
DENSITY_LABELS = [("comfortable", _("Comfortable: with excerpts")), ("compact", _("Compact: many headlines at once"))]
SIZE_LABELS = [("small", _("Small")), ("normal", _("Normal")), ("large", _("Large")), ("larger", _("Larger"))]


class Names(forms.MultipleChoiceField):
    """Which names of a list to keep; unknown ones are ignored, as they may have gone since the form was shown."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, widget=forms.CheckboxSelectMultiple)

    def valid_value(self, value: str) -> bool:
        return True


class DomainInput(forms.CharField):
    """The domain of a provider in any notation, normalised."""

    def to_python(self, value: Any) -> str:
        return normal_domain(super().to_python(value) or "")


class SettingsForm(forms.Form):
    """All choices of a reader; names in lists are check boxes, and each list has a field to add one more name."""

    followed_topics = Names(_("You follow"))
    follow = forms.ChoiceField(label=_("Follow one more topic"), required=False)
    followed_stories = Names(_("Stories you follow"))
    followed_threads = Names(_("Threads you follow"))
    muted_topics = Names(_("Muted topics"))
    mute_topic = forms.ChoiceField(label=_("Mute one more topic"), required=False)
    muted_providers = Names(_("Muted providers"))
    mute_provider = DomainInput(
        label=_("Mute one more provider"),
        required=False,
        max_length=253,
        validators=[validate_domain],
        help_text=_("Its domain, such as news.example; the page of each provider has a button, too."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    min_quality = forms.IntegerField(
        label=_("Lowest quality"),
        min_value=0,
        max_value=MAX_QUALITY,
        help_text=_("From 0, which hides nothing, to 100."),
    )
    hide_wires = forms.BooleanField(label=_("Hide press wires"), required=False)
    hide_vendors = forms.BooleanField(label=_("Hide vendors writing about themselves"), required=False)
    view = forms.ChoiceField(label=_("Topics show"), choices=VIEW_LABELS, widget=forms.RadioSelect)
    density = forms.ChoiceField(label=_("Lists are"), choices=DENSITY_LABELS, widget=forms.RadioSelect)
    images = forms.BooleanField(label=_("Show images"), required=False)
    text_size = forms.ChoiceField(label=_("Size of the text"), choices=SIZE_LABELS, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    mark_new = forms.BooleanField(
        label=_("Mark what is new since the last visit"),
        required=False,
        help_text=_("The cookie keeps when you last read here; a visit ends after half an hour."),
    )

    def __init__(
        self,
        before: Choices,
        topics: Mapping[str, str],
        providers: Mapping[str, str],
        followed: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """``before`` are the choices to change; ``topics`` and ``providers`` the names by slug and domain.

        ``followed`` has the titles of stories and threads by kind and number, such as "story 7".
        """
        self.before, self.topics, self.providers, self.followed = before, topics, providers, followed
        initial = {name: value for name, value in asdict(before).items() if name in self.base_fields}
        super().__init__(data, initial=initial, label_suffix="")
        self._offer("followed_topics", [(slug, topics.get(slug, slug)) for slug in before.followed_topics])
        for kind, name in (("story", "followed_stories"), ("thread", "followed_threads")):
            self._offer(name, [(each, followed.get(f"{kind} {each}", each)) for each in getattr(before, name)])
        self._offer("muted_topics", [(slug, topics.get(slug, slug)) for slug in before.muted_topics])
        self._offer("muted_providers", [(each, providers.get(each, each)) for each in before.muted_providers])
        self._offer("follow", [("", "–"), *_others(topics, before.followed_topics)])
        self._offer("mute_topic", [("", "–"), *_others(topics, before.muted_topics)])
        self._offer("language", [("", _("The site's")), *languages().items()])
        self._offer("time_zone", [("", _("The site's")), *_zones_by_region()])

    def _offer(self, name: str, values: list[Any]) -> None:
        self.fields[name].choices = values  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Choices:
        """The choices after a valid form's changes."""
        cleaned = self.cleaned_data
        values = {name: cleaned[name] for name in asdict(self.before) if name in cleaned}
        for name in LISTS:
            values[name] = tuple(each for each in getattr(self.before, name) if each in cleaned[name])
        choices = replace(self.before, **values)
        for name, field in ADDING.items():
            choices = with_name(choices, field, cleaned[name]) if cleaned.get(name) else choices
        return without_times(choices)


def _others(names: Mapping[str, str], chosen: Sequence[str]) -> list[tuple[str, str]]:
    return [(slug, name) for slug, name in names.items() if slug not in chosen]


def _zones_by_region() -> list[tuple[str, list[tuple[str, str]]] | tuple[str, str]]:
    """Return the time zones as options of a select, grouped by region."""
    regions: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for zone in sorted(time_zones() - {"UTC"}):
        region, _slash, city = zone.partition("/")
        regions[region].append((zone, city.replace("_", " ")))
    return [("UTC", "UTC"), *regions.items()]
