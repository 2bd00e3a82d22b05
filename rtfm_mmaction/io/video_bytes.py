"""Size of a video, by which another one of the same name shows."""

from pathlib import Path
from typing import Optional

from .frame_folder import list_frames
from .remote import RemotePath, ask_bytes


def bytes_of(video: Path) -> Optional[int]:
    """Size of a video file, or of all frames of a folder.

    Args:
        video (Path): Of this machine, or an address of :mod:`.remote`.

    Returns:
        int or None: None where a server does not say it.

    Raises:
        OSError: If it is not there.
        RemoteError: The same of an address.
    """
    if isinstance(video, RemotePath):
        return ask_bytes(video)
    if not video.is_dir():
        return video.stat().st_size
    return sum((video / name).stat().st_size for name in list_frames(video))
