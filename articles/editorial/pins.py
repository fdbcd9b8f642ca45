"""Changes of pins from the start page."""

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
    """Swap a pin with its neighbour, and renumber the positions from that of the first one."""
    index = next((at for at, each in enumerate(current) if each.pk == pin.pk), None)
    if index is None or not 0 <= index + step < len(current):
        return
    current[index], current[index + step] = current[index + step], current[index]
    for position, each in enumerate(current, start=min(each.place for each in current)):
        if each.place != position:
            each.place = position
            each.save(update_fields=["place"])
