"""The accounts and their groups: Django's forms, with a label on each field and lists that need no script."""

from typing import TYPE_CHECKING

# The admin modules of others, whatever is imported first: what they register is taken out below.
import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import models

from articles.admin.article.inlines import NamedSplitDateTime

if TYPE_CHECKING:
    Accounts = UserAdmin[User]
else:
    Accounts = UserAdmin

admin.site.unregister([User, Group])
# Tables of django-allauth: each sees their own second factors on the page of their account, and nobody those of others.
admin.site.unregister([Authenticator, EmailAddress])


@admin.register(User)
class AccountAdmin(Accounts):
    # Django's lists of two halves have names where none may be, which screen readers ignore.
    filter_horizontal = ()
    formfield_overrides = {models.DateTimeField: {"form_class": forms.SplitDateTimeField, "widget": NamedSplitDateTime}}


@admin.register(Group)
class AccountGroupAdmin(GroupAdmin):
    filter_horizontal = ()
