"""A process that serves for days."""

import gc


def settle() -> None:
    """To be called once everything is loaded. What there is by now stays: without this, Python's collector would look
    through all of it again every few hundred pages, while somebody waits."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # a page makes some ten thousand objects, next to none of them in circles
