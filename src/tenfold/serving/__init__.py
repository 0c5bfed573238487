"""The page, and the server under it.

`app.create_app(reader, limits)` makes the ASGI application; `server.serve` runs it with uvicorn.
"""
