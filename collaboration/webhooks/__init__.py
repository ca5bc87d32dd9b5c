"""Webhooks out: what happens in a brand, told to addresses that it names (Standard Webhooks 1.0).

The log of domain events is read into deliveries, one per event and endpoint (reading.py); a delivery's row is its job:
claimed with a lease and a fence (claims.py), sent with no transaction open (sending.py), its outcome written down
(recording.py). A message in Redis is only a bell: beat looks every five seconds (turns.py).
"""
