"""Views of the desk's lists that editors keep for themselves: a search, filters and an order, under a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.validators import validate_visible


class SavedView(models.Model):
    """What a user of the desk narrows a list by, such as "My drafts"; nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, editable=False, related_name="+")
    # The name of the model that is listed.
    list_name = models.CharField(max_length=50, editable=False)
    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    # The parameters of the list's address, without the page.
    query = models.CharField(max_length=1000, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "list_name", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name
