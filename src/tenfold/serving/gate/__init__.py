"""What is let in, and on which terms: connections, requests and their bodies, queues and limits.

In: bytes of a connection, ASGI messages, `Limits`.
Out: checked bodies, queries and places in a queue; or `Refused`, answered as JSON and logged.
"""
