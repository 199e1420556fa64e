"""What a user is meant to read: the message says what was wrong, where, and what is allowed."""

from dataclasses import dataclass


class VedetteError(Exception):
    """A fault whose message is meant for the user; the command line prints it without a stack trace.

    Attributes:
        exit_code: What the process exits with; sysexits.h where one fits.
    """

    exit_code = 1


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a configuration: where it stands, and what is allowed."""

    path: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigurationError(VedetteError):
    """A configuration that cannot be used; all its mistakes at once."""

    exit_code = 78

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class IndexFileError(VedetteError):
    """An index that cannot be opened or trusted; which file, and which part of it."""

    exit_code = 66


class FeedError(VedetteError):
    """A feed that cannot be read at all; single bad records are rejects, not errors."""

    exit_code = 65


class ListenError(VedetteError):
    """An address that cannot be listened on."""

    exit_code = 71


class StoreError(VedetteError):
    """The store cannot be opened, read or written; which file, and why."""

    exit_code = 74


class InputError(VedetteError):
    """A file or folder of events that cannot be read."""

    exit_code = 66


class WarninglistError(VedetteError):
    """Warninglists that cannot be read at all; one bad list among others is only named."""

    exit_code = 66


def plain(error: Exception) -> str:
    """An operating system's error as words: which file, what was wrong."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
