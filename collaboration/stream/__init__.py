"""The live stream: Server-Sent Events of a brand or of one resource, told from the log of domain events.

A request is answered by Django, which says who may listen from where (api/views/stream.py), and is then handed over
(asgi.py): what is open for hours holds neither a thread nor a connection to the database. In each process one `Hub`
hears the bells of all brands; a `Channel` per brand reads the log once for all of its streams, in a short transaction
that also asks who the listeners are now and what they may see.
"""
