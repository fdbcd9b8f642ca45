"""The admin of providers: kind, name, logo, domains, and merging."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.base import show_action_message
from articles.admin.conflicts import conflict_flags, with_flags
from articles.admin.taxonomy.conflicts import ConflictFilter
from articles.admin.taxonomy.csv_files import CsvAdmin
from articles.admin.taxonomy.form_fields import LogoField
from articles.admin.taxonomy.merge import MergingAdmin, most_similar
from articles.admin.taxonomy.resources import ProviderResource
from articles.admin.taxonomy.silence import SilentProviderFilter, shown_day, with_latest_of_providers
from articles.content.domains import normal_domain
from articles.content.yaml.characters import name_key
from articles.db.locks import writing_posts
from articles.editorial.logos import store_logo
from articles.editorial.merging import merge_providers
from articles.editorial.provider_kinds import answer
from articles.editorial.provider_names import sharing_a_name
from articles.editorial.recording import Recorder
from articles.editorial.renaming import save_edited
from articles.jobs import merges
from articles.models import Action, Article, ListingMonth, Provider, ProviderAlias
from articles.pages.images import pick_logo
from articles.text.parameters import parse_pk
from articles.text.rendering import plain_text


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    new_logo = LogoField(
        label=gettext_lazy("New logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG, WebP or GIF of at least 48 × 48 pixels; it is made square."),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("new_logo") and data.get("no_logo"):
            raise ValidationError({"no_logo": _("Choose a new logo or remove it, not both.")})
        return data


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]
    """Another domain; if another provider has it, the two should be merged instead."""

    domain = forms.CharField(max_length=300)

    def clean_domain(self) -> str:
        domain = normal_domain(self.cleaned_data["domain"])
        other = Provider.objects.filter(domain=domain).first()
        if other is not None and other.pk != self.instance.provider_id:
            url = reverse("admin:articles_provider_merge", args=[other.pk])
            text = _("%s is a provider of its own.") % domain
            link = f"{url}?into={self.instance.provider_id}" if self.instance.provider_id else url
            raise ValidationError(format_html('{} <a href="{}">{}</a>', text, link, _("Merge it into this one")))
        return domain


class ProviderAliasInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ProviderAlias
    form = AliasForm
    fields = ("domain",)
    extra = 0
    verbose_name_plural = gettext_lazy("other domains: files that name them mean this provider")


class WantingFilter(admin.SimpleListFilter):
    """Filters providers without a logo or name, and those that may be one."""

    title = gettext_lazy("what is missing")
    parameter_name = "wants"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("logo", gettext_lazy("No logo")),
            ("name", gettext_lazy("No name but the domain")),
            ("same", gettext_lazy("The name of another one")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Provider]) -> QuerySet[Provider]:
        choices = {
            "logo": lambda: queryset.filter(images=[]),
            "name": lambda: queryset.filter(name=F("domain")),
            "same": lambda: queryset.filter(pk__in=sharing_a_name().values("pk")),
        }
        return choices.get(self.value() or "", lambda: queryset)()


@admin.register(Provider)
class ProviderAdmin(CsvAdmin, MergingAdmin):
    list_display = ("shown_name", "logo", "domain", "kind", "latest_article", "articles_link")
    list_filter = ("kind", WantingFilter, SilentProviderFilter, ConflictFilter)
    search_fields = ("name", "domain", "aliases__domain")
    ordering = ("name", "domain")
    list_per_page = 100
    show_full_result_count = False
    resource_classes = [ProviderResource]
    is_kept_by_articles = True
    merge_task = merges.merge_providers
    form = ProviderForm
    inlines = (ProviderAliasInline,)
    readonly_fields = ("logo",)
    fieldsets = (
        (None, {"fields": ("name", "domain", "kind", "description")}),
        (gettext_lazy("Logo"), {"fields": ("logo", "new_logo", "no_logo")}),
        (gettext_lazy("As the file has it"), {"classes": ("collapse",), "fields": ("images",)}),
    )

    class Media:
        css = {"all": ("css/admin-catalogue.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        months = ListingMonth.objects.filter(provider=OuterRef("pk")).order_by().values("provider")
        number = Coalesce(Subquery(months.annotate(total=Sum("count")).values("total")), 0)
        shares = Q(pk__in=sharing_a_name().values("pk"))
        rows = with_latest_of_providers(super().get_queryset(request))
        return rows.annotate(number=number, shares_name=ExpressionWrapper(shares, BooleanField()))

    def watch(self, record: Recorder, pk: int) -> None:
        super().watch(record, pk)
        record.watch(ProviderAlias, provider=pk)

    def watch_new(self, record: Recorder, pk: int) -> None:
        record.watch(ProviderAlias, provider=pk)

    def save_row(self, record: Recorder, obj: Provider, form: Any) -> None:
        changed = set(form.changed_data) & {field.name for field in Provider._meta.fields}
        image = form.cleaned_data.get("new_logo")
        if image or form.cleaned_data.get("no_logo"):
            obj.images = store_logo(image) if image else []
            changed.add("images")
        save_edited(obj, changed, record)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(writing_posts(self.kind_view))
        return [path("kind/", view, name="articles_provider_kind"), *super().get_urls()]

    def kind_view(self, request: HttpRequest) -> HttpResponse:
        """Take the answer to what a provider is, from the start page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        pk, _hyphen, kind = request.POST.get("answer", "").partition("-")
        if kind not in Provider.Kind.values:
            raise Http404("no such kind")
        show_action_message(request, answer(request.user, get_object_or_404(Provider, pk=parse_pk(pk)), kind))
        return redirect("admin:index")

    def view_on_site(self, provider: Provider) -> str:
        return provider.get_absolute_url()

    @admin.display(description=gettext_lazy("latest article"), ordering="latest")
    def latest_article(self, provider: Any) -> str:
        return shown_day(provider.latest)

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def shown_name(self, provider: Any) -> str | SafeString:
        shared = [_("same name as another")] if provider.shares_name else []
        return with_flags(str(provider.name), [*shared, *conflict_flags(provider)])

    @admin.display(description=gettext_lazy("listed articles"), ordering="number")
    def articles_link(self, provider: Any) -> SafeString:
        url = f"{reverse('admin:articles_article_changelist')}?provider={provider.domain}"
        text = ngettext("%d article", "%d articles", provider.number) % provider.number
        return format_html('<a href="{}">{}</a>', url, text)

    @admin.display(description=gettext_lazy("logo"))
    def logo(self, provider: Provider) -> str | SafeString:
        url = pick_logo(provider.images, provider.own_images)
        if not url:
            return "–"
        return format_html('<img src="{}" width="32" height="32" alt="" referrerpolicy="no-referrer">', url)

    # -- Merging ----------------------------------------------------------------------

    def count_articles(self, row: Provider) -> int:
        return Article.objects.filter(provider=row).count()

    def merge(self, user: Any, row: Provider, into: Provider, reason: str) -> Action | None:
        return merge_providers(user, row, into, reason)

    def articles_url(self, row: Provider) -> str:
        return f"{reverse('admin:articles_article_changelist')}?provider={row.domain}"

    def look_for(self, text: str) -> QuerySet[Provider]:
        return Provider.objects.filter(Q(name__icontains=text) | Q(domain__icontains=normal_domain(text)))

    def similar(self, row: Provider) -> list[Provider]:
        """Return providers with the same name, or of which one domain is a subdomain of the other."""
        parts = row.domain.split(".")
        above = [".".join(parts[at:]) for at in range(1, len(parts) - 1)]
        names = Provider.objects.order_by().values_list("pk", "name")
        alike = {pk for pk, name in names.iterator() if name_key(name) == name_key(row.name)}
        near = Q(pk__among=alike) | Q(domain__among=above) | Q(domain__endswith=f".{row.domain}")
        rows = Provider.objects.filter(near).exclude(pk=row.pk)[:100]
        return most_similar(row.domain, rows, lambda domain, other: float(other.domain in above), 0.0)

    def detail(self, row: Provider) -> str:
        return f"{row.domain}, {row.get_kind_display()}"

    def consequences(self, row: Provider, into: Provider) -> list[str]:
        number = Article.objects.filter(provider=row).count()
        texts = {"row": plain_text(row.name), "old": row.domain, "new": into.domain, "into": plain_text(into.name)}
        return [
            ngettext("%d article or reference moves there.", "%d articles and references move there.", number) % number,
            _("Readers who open /providers/%(old)s/ are redirected to /providers/%(new)s/.") % texts,
            _("Files that name %(old)s mean “%(into)s” from now on.") % texts,
            _("The name, kind, logo and description of “%(row)s” are lost.") % texts,
        ]
