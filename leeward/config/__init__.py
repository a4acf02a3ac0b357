"""Settings, addresses, the server and the command line. Imports anything; only the demo imports it."""
