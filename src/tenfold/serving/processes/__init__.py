"""Processes of the server: one worker, or several under a supervisor.

In: `Settings`, a host and a port.
Out: uvicorn serving the application on bound sockets until a signal asks it to stop.
"""
