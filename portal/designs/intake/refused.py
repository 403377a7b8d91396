"""How a file is turned down."""


class Refused(Exception):
    """The file can't be used. `code` is one of `portal.designs.words.REFUSALS`, `figures` what its words need."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures
