"""Pages for those who cannot log in yet: who are invited, or have forgotten their password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from newsreader.accounts.links import base_of
from newsreader.accounts.models import Invitation, invitation_of
from newsreader.accounts.tasks import mail_reset_soon
from newsreader.limits import seconds_to_wait, too_many

BACKEND = "django.contrib.auth.backends.ModelBackend"


class PasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("Password")
        self.fields["new_password2"].label = _("The same password again")
        self.fields["new_password2"].help_text = ""


class ForgottenForm(forms.Form):
    name = forms.CharField(
        max_length=254, label=_("Your name or email address"), widget=forms.TextInput({"autocomplete": "username"})
    )


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account of an invitation, with the password that is chosen, and log in with it."""
    invitation = invitation_of(token)
    if invitation is None:
        return private(render(request, "account/link_over.html", status=410))
    user = User(username=invitation.name, email=invitation.email, is_staff=True)
    form = PasswordForm(user, request.POST or None)
    if form.is_valid():
        if make_account(invitation, form):
            login(request, user, BACKEND)
            return redirect("admin:index")
        form.add_error(None, _("Somebody has this name by now. Ask for another invitation."))
    return private(render(request, "account/invited.html", {"form": form, "invitation": invitation}))


def make_account(invitation: Invitation, form: PasswordForm) -> bool:
    """Make the account of a valid form; return False if its name was given away meanwhile."""
    try:
        with transaction.atomic():
            user = form.save()
    except IntegrityError:
        return False
    user.groups.add(invitation.role)
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Mail a link, if the site sends mail, and answer the same whether there is such an account or not."""
    if request.method == "POST" and (seconds := seconds_to_wait(request, "forgotten", settings.LOGIN_RATE_LIMIT)):
        return too_many(request, seconds)
    form = ForgottenForm(request.POST or None)
    is_sent = bool(settings.EMAIL_URL) and form.is_valid()
    if is_sent:
        mail_reset_soon(form.cleaned_data["name"], base_of(request))
    return render(request, "account/forgotten.html", {"form": form, "is_sent": is_sent, "sends": settings.EMAIL_URL})


class ResetView(PasswordResetConfirmView):
    form_class = PasswordForm
    template_name = "account/reset.html"
    success_url = reverse_lazy("admin:login")

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        return private(super().dispatch(*args, **kwargs))


def private(response: Any) -> Any:
    """Keep an address that lets in out of what browsers tell other pages."""
    response["Referrer-Policy"] = "no-referrer"
    return response
