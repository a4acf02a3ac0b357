"""What the site must survive: kill, a lost database, a whole nation. Short forms run in `make test`, long in `make soak`."""
