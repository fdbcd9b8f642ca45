"""The pages of the desk for those who run the site."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from newsreader.operations.findings import Level, Section, examine

WORDS = {Level.OK: gettext_lazy("well"), Level.WARNING: gettext_lazy("warning"), Level.ERROR: gettext_lazy("error")}


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Show administrators what ``doctor`` finds: what is wrong comes first."""
    if not request.user.is_superuser:
        raise PermissionDenied
    sections = sorted(examine(), key=lambda section: -section.level)
    rows = [
        {"title": section.title, "level": each.level.word, "word": WORDS[each.level], "finding": each}
        for section in sections
        for each in section.findings
    ]
    context = admin.site.each_context(request) | {"title": _("Health"), "rows": rows, "summary": summary(sections)}
    return render(request, "admin/health.html", context)


def summary(sections: list[Section]) -> str:
    number = sum(each.level > Level.OK for section in sections for each in section.findings)
    if not number:
        return _("All is well.")
    return ngettext("%d thing needs somebody.", "%d things need somebody.", number) % number
