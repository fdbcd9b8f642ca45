"""Invitations at the desk: administrators make, see and revoke them."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from newsreader.accounts.links import base_of
from newsreader.accounts.models import Invitation
from newsreader.accounts.tasks import mail_invitation_soon

if TYPE_CHECKING:
    InvitationAdminBase = admin.ModelAdmin[Invitation]
else:
    InvitationAdminBase = admin.ModelAdmin


class InvitationForm(ModelForm):  # type: ignore[type-arg]
    def clean_name(self) -> str:
        name = User.normalize_username(self.cleaned_data["name"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("There is an account with this name."))
        return name


@admin.register(Invitation)
class InvitationAdmin(InvitationAdminBase):
    form = InvitationForm
    list_display = ["name", "role", "state_in_words", "invited_by", "created_at", "ends_at"]
    list_select_related = ["role", "invited_by"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "role", "ends_at"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether somebody may make accounts: that alone, not a permission of its own, gives out roles."""
        return bool(request.user.has_perms(["auth.add_user", "auth.change_user"]))

    def has_view_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return self.has_add_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    # A link is out already: it is revoked, not changed or forgotten.
    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        return [*self.fields, "state_in_words", "link"] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        self.base = base_of(request)
        return ["state_in_words", "link"] if obj else []

    @admin.display(description=_("state"))
    def state_in_words(self, invitation: Invitation) -> str:
        return str(invitation.state.label)

    @admin.display(description=_("link"))
    def link(self, invitation: Invitation) -> str:
        if invitation.state != Invitation.State.OPEN:
            return "-"
        return format_html('<code dir="ltr">{}{}</code>', self.base, invitation.get_absolute_url())

    @admin.action(description=_("Revoke the chosen invitations"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        chosen.filter(used_at=None, revoked_at=None).update(revoked_at=timezone.now())
        messages.success(request, _("The chosen invitations are revoked, unless they were used before."))

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        obj.invited_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        base = base_of(request)
        if obj.email and settings.EMAIL_URL:
            mail_invitation_soon(obj, base)
            messages.info(request, _("The link is on its way to %(address)s.") % {"address": obj.email})
        else:
            text = _("Send this link, which makes one account: %(link)s")
            messages.info(request, text % {"link": base + obj.get_absolute_url()})
