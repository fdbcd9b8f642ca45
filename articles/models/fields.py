"""Columns of JSON whose shape is known: nothing else is written, and a row that holds something else harms no page."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from articles.content.stored import IMAGES, TOPIC_IMAGES, WORDS, FieldValues, Mapping, Names, Sizes, Stored
from articles.content.validation import InvalidError


class StoredField(models.JSONField):
    """JSON that is checked as ``stored`` says: in forms with a message, and whenever a row is saved or updated.

    What is read, in ``values()`` too, is only the part that would pass. To the database, and so to migrations, it is a
    JSONField like any other.
    """

    stored: ClassVar[Stored]

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        # Part of a value, looked up by a key, is not of the whole one's kind; no row at all has none.
        if value is None or isinstance(expression, KeyTransform):
            return found
        return self.stored.usable(found, value if isinstance(value, str) else "")

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        try:
            self.stored.check(value)
        except InvalidError as error:
            raise ValidationError(
                [_("No file may say this: %s") % text for _where, _code, text in error.faults]
            ) from None

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is not None and not hasattr(value, "resolve_expression"):
            self.stored.check(value)
        return super().get_db_prep_save(value, connection)


class ImagesField(StoredField):
    """Images as articles and providers list them."""

    stored = IMAGES


class TopicImagesField(ImagesField):
    """Images as topics list them: an address may stand alone."""

    stored = TOPIC_IMAGES


class WordsField(StoredField):
    """A list of short texts."""

    stored = WORDS


class MappingField(StoredField):
    stored = Mapping()


class SizesField(StoredField):
    """Sizes of images, by address."""

    stored = Sizes()


class FieldValuesField(StoredField):
    """Plain values by an article's fields."""

    stored = FieldValues()


class NamesField(StoredField):
    """Names of a row's fields."""

    stored = Names()
