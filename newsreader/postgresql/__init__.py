"""Django's PostgreSQL backend, for a site whose threads must not wait long for a database that is down."""
