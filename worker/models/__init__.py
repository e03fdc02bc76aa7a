"""Networks: what is known of them, how to build them, where their weights are."""
