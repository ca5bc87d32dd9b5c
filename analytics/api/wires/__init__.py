"""The addresses that SDKs of others know, with the answers that they expect. Not part of our own API."""
