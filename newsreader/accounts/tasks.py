"""Mails as tasks: nobody waits for a mail server, nor learns from the time that an answer takes who has an account."""

from django.utils.translation import gettext as _
from django_tasks import task

from articles.jobs import TaskOptions, enqueue
from newsreader.accounts import links
from newsreader.accounts.models import Invitation

TRIES = 5


def mail_reset_soon(name: str, base: str) -> None:
    enqueue(mail_reset, name, base, options=TaskOptions(title=_("Mail a link for a new password"), tries=TRIES))


def mail_invitation_soon(invitation: Invitation, base: str) -> None:
    enqueue(mail_invitation, invitation.pk, base, options=TaskOptions(title=_("Mail an invitation"), tries=TRIES))


@task()
def mail_reset(name: str, base: str) -> None:
    links.mail_reset(name, base)


@task()
def mail_invitation(pk: int, base: str) -> None:
    invitation = Invitation.objects.filter(pk=pk).first()
    if invitation and invitation.state == Invitation.State.OPEN:
        links.mail_invitation(invitation, base)
