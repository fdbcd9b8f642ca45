"""Articles that are edited keep to what their files may say."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from tests.support.factories import make_article


@pytest.mark.django_db
@pytest.mark.parametrize("year", [1, 9999])
def test_an_article_is_of_a_year_that_files_may_have(year: int) -> None:
    article = make_article()
    article.published_date_time = dt.datetime(year, 6, 1, tzinfo=dt.UTC)
    with pytest.raises(ValidationError, match="years that files may have"):
        article.clean()
