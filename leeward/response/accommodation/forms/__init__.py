"""Forms of places, needs, asks, stays and sanctuary."""
