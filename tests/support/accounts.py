"""Clients who work at the editors' desk, in each role."""

from django.contrib.auth.models import Group, User
from django.test import Client

from articles.editorial.roles import CONTRIBUTORS, EDITORS, VIEWERS

OTHER_ROLES = (CONTRIBUTORS, VIEWERS)


def client_of(role: str = EDITORS, name: str = "") -> Client:
    """Return a client logged in as somebody of this role."""
    user = User.objects.create_user(name or f"one of {role}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client
