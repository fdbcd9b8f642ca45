"""Links with which a password is chosen anew, and the mails that bring links."""

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from newsreader.accounts.models import Invitation


def base_of(request: HttpRequest) -> str:
    """Return the address of the site, as it is known or as this request has it."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def reset_path(user: User) -> str:
    """Return the path with which a password is chosen once, within PASSWORD_RESET_TIMEOUT and before the next login."""
    encoded = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("account_reset_password_from_key", args=[encoded, default_token_generator.make_token(user)])


def mail_reset(name: str, base: str) -> bool:
    """Mail a link to the member of staff with this name or address; return whether there is one with an address."""
    users = User.objects.filter(is_active=True, is_staff=True).exclude(email="")
    user = users.filter(username=name).first() or users.filter(email__iexact=name).order_by("pk").first()
    if user is None:
        return False
    text = _(
        "With this link you choose a new password for “%(name)s” at %(site)s:\n\n%(link)s\n\n"
        "It works once, within a day. If you did not ask for it, do nothing."
    )
    values = {"name": user.username, "site": settings.SITE_NAME, "link": base + reset_path(user)}
    _send(_("A new password for %(site)s") % {"site": settings.SITE_NAME}, text % values, user.email)
    return True


def mail_invitation(invitation: Invitation, base: str) -> None:
    text = _("You are invited to the desk of %(site)s. Choose a password here, until %(day)s:\n\n%(link)s")
    day = f"{invitation.ends_at:%Y-%m-%d %H:%M} UTC"
    values = {"site": settings.SITE_NAME, "day": day, "link": base + invitation.get_absolute_url()}
    _send(_("An invitation to %(site)s") % {"site": settings.SITE_NAME}, text % values, invitation.email)


def _send(subject: str, text: str, address: str) -> None:
    send_mail(subject, text, None, [address])
