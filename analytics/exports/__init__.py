"""Answers as files, written as they are read: memory does not follow their size."""
