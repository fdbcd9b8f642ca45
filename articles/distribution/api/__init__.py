"""What programs read: JSON under ``/api/v1/``, and lists in the shape of an older engine under ``/api/news/``."""
