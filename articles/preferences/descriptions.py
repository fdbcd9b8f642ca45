"""A reader's choices in sentences."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from articles.preferences.choices import Choices, languages
from articles.text.dates import written
from articles.text.sentences import enumerated, isolated


def describe_choices(
    choices: Choices, topics: Mapping[str, str], providers: Mapping[str, str], followed: Mapping[str, str]
) -> list[str]:
    """Return a sentence for each choice; ``topics`` and ``providers`` are the names by slug and domain.

    ``followed`` has the titles of stories and threads by kind and number, such as "story 7".
    """
    return [*_what_is_shown(choices, topics, providers, followed), *_how_it_looks(choices), *_times(choices)]


def _what_is_shown(
    choices: Choices, topics: Mapping[str, str], providers: Mapping[str, str], followed: Mapping[str, str]
) -> Iterator[str]:
    stories = [followed.get(f"story {number}", number) for number in choices.followed_stories]
    threads = [followed.get(f"thread {number}", number) for number in choices.followed_threads]
    lists: tuple[tuple[str, Sequence[str], Mapping[str, str]], ...] = (
        (_("You follow: %s."), choices.followed_topics, topics),
        (_("Stories you follow: %s."), stories, {}),
        (_("Threads you follow: %s."), threads, {}),
        (_("Muted topics: %s."), choices.muted_topics, topics),
        (_("Muted providers: %s."), choices.muted_providers, providers),
    )
    for sentence, chosen, names in lists:
        if chosen:
            yield sentence % enumerated(isolated(names.get(each, each)) for each in chosen)
    if choices.min_quality:
        yield _("Articles with a quality below %d are hidden.") % choices.min_quality
    if choices.hide_wires:
        yield _("Press wires are hidden.")
    if choices.hide_vendors:
        yield _("Vendors writing about themselves are hidden.")
    if choices.view == "stories":
        yield _("Topics show one article of each story.")


def _how_it_looks(choices: Choices) -> Iterator[str]:
    if choices.density == "compact":
        yield _("Lists are compact: headlines without excerpts and pictures.")
    if not choices.images:
        yield _("No images are shown.")
    sizes = {"small": _("The text is small."), "large": _("The text is large."), "larger": _("The text is very large.")}
    if choices.text_size in sizes:
        yield sizes[choices.text_size]
    if choices.language:
        yield _("The language is %s.") % isolated(languages()[choices.language])
    if choices.time_zone:
        yield _("Times are those of %s.") % isolated(choices.time_zone.replace("_", " "))


def _times(choices: Choices) -> Iterator[str]:
    if choices.mark_new and choices.last_visit:
        time = dt.datetime.fromtimestamp(choices.last_visit, dt.UTC)
        yield _("What is new since your last visit, of %s, is marked.") % written(time, "j F Y, H:i")
    elif choices.mark_new:
        yield _("From your next visit on, what is new is marked.")
