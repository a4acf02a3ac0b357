"""Django's PostgreSQL, with one thing made safe for parameters that are bound in the server."""
