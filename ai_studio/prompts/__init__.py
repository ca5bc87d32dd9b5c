"""What can be said of a prompt before anything is made of it. No Django, no numpy: web runs it."""
