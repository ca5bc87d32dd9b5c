"""Who is told of what, and how: rows for the people of a brand, made by a reader of its log of domain events, and the
e-mails about them.

The log is read in order by whoever holds the brand's place in it (reading.py); recipients.py says whom an event
concerns, writing.py leaves out who must not or does not want to know. Mails are claimed with a lease and a fence
(claims.py), and written when they are sent: of what the person may still see and has not read. What is to be told to
programs is told by webhooks, which read the same log.
"""
