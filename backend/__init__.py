"""HTTP: the REST API, the event stream and the static front end. Never imports torch."""
