"""The state of a watch in a file, so that one that was stopped goes on."""

import time
from pathlib import Path
from typing import Dict, NamedTuple, Union

from ..io.atomic import atomic_path
from ..io.state_file import read_state, write_state
from .watching import Watch

VERSION = 3
KEYS = ('version', 'made_of', 'watch')


class KnownPart(NamedTuple):
    """Something that a state is of, such as the detector.

    Attributes:
        name (str): For people, such as the checkpoint's path.
        digest (str): What has to be equal to go on.
    """

    name: str
    digest: str


class WatchFile:
    """Writes the state of a watch now and then, and reads it.

    The file holds arrays, numbers and text alone, and is replaced whole.

    Args:
        path (str or Path): The file.
        watching (Watch): Whose state it holds.
        made_of (dict[str, KnownPart]): What has to be the same to go on.
        interval (float): Seconds between two states at least.
            Defaults to 30.
    """

    def __init__(
        self,
        path: Union[str, Path],
        watching: Watch,
        made_of: Dict[str, KnownPart],
        interval: float = 30.0,
    ) -> None:
        self.path = Path(path)
        self._watching = watching
        self._made_of = made_of
        self._interval = interval
        self._due = 0.0

    def load(self) -> bool:
        """Let the watch go on from the file.

        Returns:
            bool: Whether there was one.

        Raises:
            ValueError: If the file is no such state, or of another detector,
                say; names the file and what differs. The watch is as it was
                then.
        """
        if not self.path.exists():
            return False
        content = read_state(self.path)
        if not isinstance(content, dict) or set(content) != set(KEYS):
            raise ValueError(
                f'{self.path}: expected the state of a stream, found another '
                'kind of file'
            )
        if content['version'] != VERSION:
            raise ValueError(
                f'{self.path}: expected a state of version {VERSION}, found '
                f'{content["version"]!r}; remove the file to begin anew'
            )
        for key, part in self._made_of.items():
            name, digest = content['made_of'].get(key, ('none', ''))
            if digest != part.digest:
                raise ValueError(
                    f'{self.path}: expected the state of a stream with the '
                    f'{key} {part.name} ({part.digest[:8]}), found that with '
                    f'{name} ({digest[:8]}); give another --state, or remove '
                    'the file to begin anew'
                )
        try:
            self._watching.load_state_dict(content['watch'])
        except ValueError as error:
            raise ValueError(f'{self.path}: {error}') from error
        return True

    def save(self) -> bool:
        """Write the state of now.

        Returns:
            bool: True.

        Raises:
            OSError: If it cannot be written; the next try is due after
                ``interval``.
        """
        content = dict(
            version=VERSION,
            made_of={key: list(part) for key, part in self._made_of.items()},
            watch=self._watching.state_dict(),
        )
        # Also where it fails: not with each frame again.
        self._due = time.monotonic() + self._interval
        with atomic_path(self.path) as temporary:
            write_state(temporary, content)
        return True

    def save_when_due(self) -> bool:
        """Write it if the last one is ``interval`` seconds old.

        Returns:
            bool: Whether it was written.
        """
        return time.monotonic() >= self._due and self.save()

    def remove(self) -> None:
        """Remove the file: the video has ended."""
        self.path.unlink(missing_ok=True)
