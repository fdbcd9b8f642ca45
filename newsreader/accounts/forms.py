"""Forms of the login and of second factors, with labels in the desk's words."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class LoginForm(BaseLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label, password.help_text = _("Name"), _("Password"), ""
        name.widget.attrs = {"autocomplete": "username webauthn", "autofocus": True, "autocapitalize": "none"}
        password.widget.attrs = {"autocomplete": "current-password"}


class ActivateAppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The code that the app shows")
        self.fields["code"].widget.attrs = CODE


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=100, label=_("A name for it, such as “phone”"))
    passwordless = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Log in with it alone, without a password"),
        help_text=_(
            "It asks for your finger, face or PIN then. Untick this for a security key that has none of these."
        ),
    )


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(max_length=100, label=_("Name"))


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "autofocus": True}


class CodeForm(AuthenticateForm):
    # Recovery codes are entered here, too: of another length.
    code = forms.CharField(label=_("Code"), widget=forms.TextInput(CODE | {"autofocus": True}))


class CodeAgainForm(ReauthenticateByCodeForm):
    code = forms.CharField(label=_("Code"), widget=forms.TextInput(CODE | {"autofocus": True}))
