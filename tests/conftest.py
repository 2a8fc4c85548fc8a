"""What holds for every test."""

import os
import signal

# A test run in the background is started with SIGINT ignored, and so would be every process that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The networks and matrices of tests are small: threads would wait for each other longer than they compute.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
