"""JSON fields with a fixed structure: it is checked on writing, and rows that lack it break no page."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from articles.content.stored import IMAGES, TOPIC_IMAGES, WORDS, FieldValues, Mapping, Names, Sizes, Stored
from articles.content.validation import InvalidError


class StoredField(models.JSONField):
    """JSON that ``stored`` checks: in forms with a message, and whenever a row is saved or updated.

    Reading, with ``values()`` too, gives only the parts that would pass. To the database, and so to migrations, it is
    an ordinary JSONField.
    """

    stored: ClassVar[Stored]

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        # Most rows hold nothing, and exports and rebuilds read all of them.
        if value == self.stored.empty_text:
            return [] if value == "[]" else {}
        found = super().from_db_value(value, expression, connection)
        # A part of the value, looked up by a key, has another structure; a missing row has no value.
        if value is None or isinstance(expression, KeyTransform):
            return found
        return self.stored.usable(found, value if isinstance(value, str) else "")

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        try:
            self.stored.check(value)
        except InvalidError as error:
            raise ValidationError(
                [_("This is not allowed in files: %s") % text for _where, _code, text in error.faults]
            ) from None

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is not None and not hasattr(value, "resolve_expression"):
            self.stored.check(value)
        return super().get_db_prep_save(value, connection)


class ImagesField(StoredField):
    """Images of articles and providers."""

    stored = IMAGES


class TopicImagesField(ImagesField):
    """Images of topics, which may be addresses alone."""

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
    """Plain values of an article's fields, by field."""

    stored = FieldValues()


class NamesField(StoredField):
    """Names of fields."""

    stored = Names()
