"""How django-allauth fits this site: its messages in the desk's words, and who may log in."""

import math
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsreader.accounts import attempts, secrets
from newsreader.accounts.recent import has_recently_proven
from newsreader.accounts.second_factor import FACTORS
from newsreader.client_address import client_address

# What is said by the name of allauth's template; of others nothing is, such as who logged in.
MESSAGES = {
    "account/messages/logged_out.txt": _("You are logged out."),
    "mfa/messages/totp_activated.txt": _("The app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("There are new recovery codes."),
}
NOT_LET_IN = _("This account may not use the desk.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        # One text, whether there is no such account, it is not active, or the password is another one.
        "username_password_mismatch": _("There is no account at this desk with this name and password."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts failed. Try again in a few minutes."),
        "rate_limited": _("Too many attempts failed. Try again in a few minutes."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt; raise ValidationError if it comes too soon after those that failed."""
        seconds = attempts.seconds_to_wait(request, credentials.get("username", ""))
        if seconds:
            request.login_pause = seconds  # type: ignore[attr-defined]
            minutes = math.ceil(seconds / 60)
            text = ngettext(
                "Too many attempts failed. Try again in %(minutes)d minute.",
                "Too many attempts failed. Try again in %(minutes)d minutes.",
                minutes,
            )
            raise ValidationError(text % {"minutes": minutes}, code="too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if user is None:
            return None
        if isinstance(user, User) and user.is_staff:
            attempts.succeeded(request, user.username)
            return user
        # Django has only seen that the password is right.
        named = {"username": credentials.get("username")}
        user_login_failed.send(sender=__name__, credentials=named, request=request)
        return None

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Return where to go instead of in, for somebody with a passkey who is no staff any more."""
        if isinstance(user, User) and user.is_staff and user.is_active:
            return None
        user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)
        messages.error(request, str(NOT_LET_IN))
        return HttpResponseRedirect(reverse("admin:login"))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not has_recently_proven(context.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        names = {
            "reauthenticate": _("With your password"),
            "mfa_reauthenticate": _("With a code"),
            "mfa_reauthenticate:webauthn": _("With a passkey"),
        }
        return [each | {"description": names[each["id"]]} for each in super().get_reauthentication_methods(user)]

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Staff of this site need a second factor: add another one first."),
        "cannot_generate_recovery_codes": _("Recovery codes come with a second factor: set that up first."),
        "incorrect_code": _("That did not fit. Try again."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if settings.STAFF_SECOND_FACTOR != "required":
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__among=FACTORS)
        return others.exclude(pk=authenticator.pk).exists()

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002 - allauth's
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return str(_("Passkey %(number)d") % {"number": number})

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)
