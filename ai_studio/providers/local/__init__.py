"""The local renderer: prompt to picture, model, animation or template, with no key and no network."""
