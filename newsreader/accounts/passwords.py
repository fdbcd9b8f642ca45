"""Refuses passwords that others can guess from the names of the site and of the account."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 8  # characters, as MinimumLengthValidator has it
SHORTEST_WORD = 4  # shorter ones, such as "com", are in many words


class NamesValidator:
    """Refuse a password that is too short without the words that anyone knows here.

    Long ones may hold such a word: "news" is in many good phrases.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        left = password.casefold()
        for word in sorted(known_words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if left != password.casefold() and len(left) < SHORTEST:
            text = _("Without the names of the site and the account, this password is too short. Choose other words.")
            raise ValidationError(text, code="password_of_names")

    def get_help_text(self) -> str:
        return _("The names of the site and of your account do not count towards the length.")


def known_words(user: AbstractBaseUser | None) -> set[str]:
    """Return the words of the site's name, of its hosts, and of an account's name, in lower case."""
    hosts = [urlsplit(settings.SITE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    texts = [settings.SITE_NAME, re.sub(r"\s", "", settings.SITE_NAME), *hosts, user.get_username() if user else ""]
    words = {word for text in texts for word in [text, *re.split(r"[\W_]+", text)]}
    return {word.casefold() for word in words if len(word) >= SHORTEST_WORD}
