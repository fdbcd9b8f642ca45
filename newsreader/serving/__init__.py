"""How granian's event loop and Django's threads share the work of one process.

The loop receives requests completely before a thread handles them: a client that sends half a request, or reads its
response slowly, occupies a socket, but no thread.
"""
