"""``reset_link``: print a link with which somebody chooses a new password."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from articles.management.base import DatabaseCommand
from newsreader.accounts.links import reset_path


class Command(DatabaseCommand):
    help = "Print a link with which an account gets a new password: once, within a day, before the next login."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to log in with")
        parser.add_argument("--second-factor", action="store_true", help="also remove the account's second factors")

    def handle(self, *, name: str, second_factor: bool, **options: Any) -> None:
        user = User.objects.filter(username=name).first()
        if user is None or not user.is_active:
            raise CommandError(f"there is no active account named {name!r}")
        if second_factor:
            Authenticator.objects.filter(user=user).delete()
            self.stderr.write(f"The second factors of {name} are removed.")
        if not settings.SITE_URL:
            self.stderr.write("SITE_URL is not set: put the site's address before this path.")
        self.stdout.write(settings.SITE_URL + reset_path(user))
