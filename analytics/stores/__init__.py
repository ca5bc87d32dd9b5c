"""Where events are kept and asked for. The only place that queries them."""
