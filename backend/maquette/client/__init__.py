"""Client: connect, submit, follow and fetch; launch and install backends. Standard library, pyzmq, numpy."""
