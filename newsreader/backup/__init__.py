"""Backups of the whole site in one archive, which restores into an empty database of either engine."""
