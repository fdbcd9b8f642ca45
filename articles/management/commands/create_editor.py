"""``create_editor``: create an editor's account for the admin."""

import getpass
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from articles.editorial.roles import EDITORS
from articles.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Create an editor's account; asks for missing values."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="the name to log in with")
        parser.add_argument("--password", help="asked for if left out, which keeps it out of the shell's history")

    def handle(self, *, name: str | None, password: str | None, **options: Any) -> None:
        user = User(username=name or input("Name to log in with: ").strip(), is_staff=True)
        try:
            user.clean_fields(exclude=["password"])
            user.validate_unique()
            password = password or getpass.getpass("Password: ")
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name=EDITORS))
        self.stdout.write(self.style.SUCCESS(f"{user.username} can log in at /admin/."))
