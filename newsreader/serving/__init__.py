"""How granian's event loop and Django's threads share the work of one process.

The loop takes whole requests before a thread is given to them: a client that sends half a request, or reads its answer
slowly, holds a socket and never a thread.
"""
