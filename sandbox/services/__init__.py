"""One module for each program that runs in the sandbox: its command line, and when it is ready."""
