"""Pages about the site itself."""

import math

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.pages.cached import cached_page
from articles.views.pages import render_page


@cached_page()
@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    context = {
        "half_life": settings.RANKING_HALF_LIFE_HOURS,
        # Plural forms need whole numbers: 1.5 hours take the form of 2.
        "half_life_number": math.ceil(settings.RANKING_HALF_LIFE_HOURS),
        "quality_weight": settings.RANKING_QUALITY_WEIGHT,
        "provider_weight": settings.RANKING_PROVIDER_WEIGHT,
        "per_provider": settings.RANKING_PER_PROVIDER,
    }
    return render_page(request, "ranking.html", context)
