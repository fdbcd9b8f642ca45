"""The page of one story."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.cards import card_from, topics_of
from articles.coverage import FOLDS, accounts_from, best_account, first_report, groups_by, span_days, timeline_of
from articles.models import Article, Story
from articles.views.pages import full_text, render_page


@require_safe
def story(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    found = get_object_or_404(Story.objects.select_related("merged_into", "lead"), pk=pk)
    found = found.merged_into or found
    if found.lead_id is None or found.listed_from is None or found.listed_from > timezone.now():
        raise Http404("nothing to read in full")
    if request.path != found.get_absolute_url():
        return redirect(
            f"{found.get_absolute_url()}{'?' if request.GET else ''}{request.GET.urlencode()}", permanent=True
        )
    accounts = accounts_from(Article.objects.accounts_of(found.pk))
    row = Article.objects.lead_row(found.lead_id)
    lead = card_from(row, topics_of([row["id"]]).get(row["id"], []))
    if len(accounts) < 2:
        # It may grow.
        return redirect(lead.url)
    fold = request.GET.get("by", "")
    fold = fold if fold in FOLDS else FOLDS[0]
    context = {
        "story": found,
        "lead": lead,
        **full_text(row),
        "days": span_days(found.first or found.listed_from, found.last or found.listed_from),
        "best": best_account(accounts),
        "first": first_report(accounts),
        "fold": fold,
        "groups": groups_by(fold, [account for account in accounts if account.id != found.lead_id]),
        "timeline": timeline_of(accounts),
        "image_absolute_url": request.build_absolute_uri(lead.image.url) if lead.image else "",
    }
    return render_page(request, "story.html", context, found.get_absolute_url())
