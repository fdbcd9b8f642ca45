"""Providers: who publishes articles."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.action import Versions
from articles.models.address_fields import DomainField
from articles.models.fields import ImagesField, MappingField, NamesField, SizesField
from articles.models.validators import validate_domain, validate_visible

ANOTHER_DOMAIN = _("This is another domain of the provider “%s”.")
DOMAIN_TAKEN = _("A provider has this domain; merge it into this one.")


class Provider(models.Model):
    """A publisher, identified by its domain, whatever name articles give it."""

    class Kind(models.TextChoices):
        OUTLET = "outlet", _("outlet")
        WIRE = "wire", _("press wire")
        VENDOR = "vendor", _("vendor")
        BLOG = "blog", _("blog")

    domain = DomainField(_("domain"), unique=True, validators=[validate_domain])
    name = models.CharField(_("name"), max_length=200, validators=[validate_visible])
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind,
        default=Kind.OUTLET,
        help_text=_("Wires, and vendors writing about themselves, do not count as independent accounts of a story."),
    )
    description = models.TextField(_("description"), blank=True)
    images = ImagesField(_("logos"), default=list, blank=True)  # logos
    # Images in the site folder, by address: their sizes if the file has none, null if they do not exist.
    own_images = SizesField(default=dict, blank=True, editable=False)
    extra = MappingField(default=dict, blank=True, editable=False)
    # Names of the fields that an editor changed; imports leave them alone.
    edited = NamesField(default=list, blank=True, editable=False)
    # The file's values of those that have changed there since, by field: an editor chooses.
    conflicts = MappingField(default=dict, db_default={}, blank=True, editable=False)
    source_path = models.CharField(max_length=500, unique=True, null=True, editable=False)

    history = Versions(excluded_fields=["extra", "own_images", "conflicts"])

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name", "domain"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(domain=""), name="provider_has_domain"),
            models.CheckConstraint(condition=~models.Q(name=""), name="provider_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        alias = ProviderAlias.objects.filter(domain=self.domain).exclude(provider=self.pk).first()
        if alias:
            raise ValidationError({"domain": ANOTHER_DOMAIN % alias.provider})

    def get_absolute_url(self) -> str:
        return reverse("provider", args=[self.domain])


class ProviderAlias(models.Model):
    """Another domain of a provider: files that name it mean this provider.

    Triggers keep it from being what another row is called today; see migration 0020 before changing the table.
    """

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="aliases")
    domain = DomainField(_("domain"), unique=True, validators=[validate_domain])

    class Meta:
        verbose_name = _("other domain")
        verbose_name_plural = _("other domains")
        ordering = ["domain"]
        constraints = [models.CheckConstraint(condition=~models.Q(domain=""), name="provideralias_has_domain")]

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        if Provider.objects.filter(domain=self.domain).exists():
            raise ValidationError({"domain": DOMAIN_TAKEN})
