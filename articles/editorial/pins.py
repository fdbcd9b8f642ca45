"""What editors do to pins that stand on the front page."""

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


def swap(pin: Pin, current: list[Pin], step: int) -> None:
    """Let a pin change places with its neighbour; places are numbered anew from the first one's."""
    index = next((at for at, each in enumerate(current) if each.pk == pin.pk), None)
    if index is None or not 0 <= index + step < len(current):
        return
    current[index], current[index + step] = current[index + step], current[index]
    for place, each in enumerate(current, start=min(each.place for each in current)):
        if each.place != place:
            each.place = place
            each.save(update_fields=["place"])
