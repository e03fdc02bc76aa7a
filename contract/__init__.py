"""What the server and the workers agree on: requests, cards, results, errors. Knows neither torch nor HTTP."""
