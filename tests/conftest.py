"""What holds for every test."""

import signal

# A test run in the background is started with SIGINT ignored, and so would be every process that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
