"""The page to draw on, the HTTP API, and the server under both.

In: a `Reader`, `Limits`, HTTP requests with pictures or tiles.
Out: `app.create_app(reader, limits)`, an ASGI application; `processes.server.serve`, which runs it.
"""
