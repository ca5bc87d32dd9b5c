"""Where a file came from, written into the file itself, and read out of it again. No Django: the decoding child and
the local renderer use it too.

No time is written: it would break that equal work gives equal bytes. The artifact's row has it. The prompt stays
private: only its SHA-256 travels.
"""
