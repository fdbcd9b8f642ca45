"""Changes of pins from the start page."""

from collections.abc import Sequence

from django.utils import timezone

from articles.models import Pin


def end(pin: Pin) -> None:
    """End a pin now; one that has not begun is deleted."""
    now = timezone.now()
    if pin.starts < now:
        pin.ends = now
        pin.save(update_fields=["ends"])
    else:
        pin.delete()


def order_pins(current: list[Pin], ids: Sequence[int]) -> None:
    """Give the current pins their positions in another order, that of ``ids``; gaps between positions stay.

    Two that had the same position get different ones.
    """
    if [pin.pk for pin in current] == list(ids):
        return
    places: list[int] = []
    for pin in current:
        places.append(max(pin.place, places[-1] + 1) if places else pin.place)
    pins = {pin.pk: pin for pin in current}
    for place, pk in zip(places, ids, strict=True):
        if pins[pk].place != place:
            pins[pk].place = place
            pins[pk].save(update_fields=["place"])
