"""What runs in the decoding child: one process per result, with bounded time, memory and files, no Django, no
environment. ai_studio/decoding starts it and does not trust what it says.
"""
