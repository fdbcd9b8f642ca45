"""The changes to a reader's choices that buttons and forms ask for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from articles.preferences.choices import Choices, is_possible

# The fields of a button's form that add a name to a list of choices, and those that remove it.
ADDING = {
    "follow": "followed_topics",
    "follow_story": "followed_stories",
    "follow_thread": "followed_threads",
    "mute_topic": "muted_topics",
    "mute_provider": "muted_providers",
}
REMOVING = {f"un{name}": field for name, field in ADDING.items()}
# A topic is followed or muted, never both.
OPPOSITES = {"followed_topics": "muted_topics", "muted_topics": "followed_topics"}


def changed(choices: Choices, form: Mapping[str, str]) -> Choices | None:
    """Return the choices with the one change that a button's form asks for; None if it is not a possible one."""
    for name, value in form.items():
        if name == "view":
            new = replace(choices, view=value)
        elif name in ADDING:
            new = with_name(choices, ADDING[name], value)
        elif name in REMOVING:
            new = without_name(choices, REMOVING[name], value)
        else:
            continue
        return new if is_possible(new) else None
    return None


def with_name(choices: Choices, field: str, name: str) -> Choices:
    """Return the choices with a name appended to a list, and removed from the list of the opposite choice."""
    choices = without_name(choices, field, name)
    if field in OPPOSITES:
        choices = without_name(choices, OPPOSITES[field], name)
    return _with(choices, field, (*getattr(choices, field), name))


def without_name(choices: Choices, field: str, name: str) -> Choices:
    return _with(choices, field, tuple(each for each in getattr(choices, field) if each != name))


def _with(choices: Choices, field: str, names: tuple[str, ...]) -> Choices:
    values: dict[str, Any] = {field: names}
    return replace(choices, **values)
