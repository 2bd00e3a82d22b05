"""How commands end: a sentence for a person, no traceback."""

import contextlib
import os
from typing import Iterator, Type, Union

from ..io.names import printable
from ..io.printing import bear_any_name


@contextlib.contextmanager
def errors_in_one_line(
    name: str,
    *kinds: Type[Exception],
    interrupted: str = 'interrupted',
    where: Union[str, os.PathLike, None] = None,
) -> Iterator[None]:
    """End the process with a sentence where the input or the disk is bad.

    Any other exception is a fault of this package, and shows its traceback.
    From here on the command can print any name, see
    :func:`~rtfm_mmaction.io.printing.bear_any_name`.

    Args:
        name (str): What the sentence begins with, the command's name.
        *kinds (type): Exceptions whose words are for the user. Defaults to
            OSError and ValueError.
        interrupted (str): What is said after Ctrl-C. Defaults to
            'interrupted'.
        where (str or PathLike, optional): What the command writes to, said
            where an error of the disk names no file. Defaults to None.

    Raises:
        SystemExit: With the sentence.
    """
    kinds = kinds or (OSError, ValueError)
    bear_any_name()
    try:
        yield
    except kinds as error:
        # str() of a KeyError puts its words in quotes.
        words = error.args[0] if isinstance(error, KeyError) else error
        if str(words).startswith('Caught '):
            # What a process that loads batches met, with its traceback.
            words = str(words).strip().splitlines()[-1]
        if where and getattr(error, 'errno', None) and not error.filename:
            words = f'{where}: {words}'
        words = printable(f'{name}: {words}', keep='\n')
        raise SystemExit(words) from None
    except KeyboardInterrupt:
        raise SystemExit(f'{name}: {interrupted}') from None
