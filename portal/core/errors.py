"""What operations raise: each carries words that the person can act on."""


class PortalError(Exception):
    """Base of every refusal. `message` is shown to the person, in their language; `status` is the answer's."""

    status = 400

    def __init__(self, message: object = "", **fields: object) -> None:
        super().__init__(str(message))
        self.message = message
        #: messages by form field, where the refusal belongs to one
        self.fields = {name: text for name, text in fields.items() if text}


class Invalid(PortalError):
    """What was sent can't be accepted; `fields` says where."""

    status = 422


class NotAllowed(PortalError):
    """The lifecycle table does not let this person take this step now."""

    status = 409


class Gone(PortalError):
    """Somebody else was first, or it has ended since the page was made."""

    status = 409


class NotFound(PortalError):
    """It is not there, or not for this person: the answer is the same."""

    status = 404


class Unavailable(PortalError):
    """A part that this step needs does not answer just now; trying again later is right."""

    status = 503
