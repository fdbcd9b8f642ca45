"""Who gets in: the login of the desk, second factors, sessions, and how accounts are made."""
