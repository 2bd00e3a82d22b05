"""How commands end: a sentence for a person, no traceback."""

import contextlib
from typing import Iterator, Type


@contextlib.contextmanager
def errors_in_one_line(
    name: str,
    *kinds: Type[Exception],
    interrupted: str = 'interrupted',
) -> Iterator[None]:
    """End the process with a sentence where the input or the disk is bad.

    Any other exception is a fault of this package, and shows its traceback.

    Args:
        name (str): What the sentence begins with, the command's name.
        *kinds (type): Exceptions whose words are for the user. Defaults to
            OSError and ValueError.
        interrupted (str): What is said after Ctrl-C. Defaults to
            'interrupted'.

    Raises:
        SystemExit: With the sentence.
    """
    kinds = kinds or (OSError, ValueError)
    try:
        yield
    except kinds as error:
        # str() of a KeyError puts its words in quotes.
        words = error.args[0] if isinstance(error, KeyError) else error
        raise SystemExit(f'{name}: {words}') from None
    except KeyboardInterrupt:
        raise SystemExit(f'{name}: {interrupted}') from None
