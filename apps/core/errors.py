class DomainError(Exception):
    """A business rule said no. The message is written for the person who asked.

    `code` is stable for machines; `field` names the input at fault, if it is one.
    """

    code = "refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
