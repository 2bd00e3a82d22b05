"""How much an archive unpacks to, looked at before it is unpacked.

Two megabytes of a well-made archive can hold as many gigabytes of zeros. What
people save of a network is numbers that hardly shrink, so that an archive
which would grow by more than :func:`most_bytes` allows is none of theirs.
"""

import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO, Union

ZIP_MAGIC = b'PK\x03\x04'
# A file may unpack to so many times its own size, and so much on top, since
# small files of text shrink well.
GROWTH = 4
SURPLUS = 16 << 20  # bytes
# Records at the end of a zip archive, and what of each is read here.
_END = struct.Struct('<4s4x2x2xLLH')  # size and offset of the directory
_LOCATOR = struct.Struct('<4s4xQ4x')  # offset of the record below
_END_64 = struct.Struct('<4s36xQQ')  # size and offset of the directory
_MATLAB_TAG = 8  # bytes: type and length
_MATLAB_COMPRESSED = 15


def most_bytes(size: int) -> int:
    """How many bytes an archive may unpack to.

    Args:
        size (int): Bytes of the archive itself.
    """
    return GROWTH * size + SURPLUS


def check_zip(path: Union[str, Path]) -> None:
    """Check that a zip archive unpacks to no more than it may.

    Nothing is unpacked: the sizes are those of its directory. Readers of zip
    archives do not agree where that is when other bytes stand around it, so
    only archives are taken in which it can be in one place.

    Args:
        path (str or Path): The archive.

    Raises:
        ValueError: If it is damaged, or would grow too much.
    """
    size = os.path.getsize(path)
    with open(path, 'rb') as file:
        _check_directory_place(file, size)
        try:
            with zipfile.ZipFile(file) as archive:
                total = sum(member.file_size for member in archive.infolist())
        except (zipfile.BadZipFile, NotImplementedError, struct.error) as e:
            raise ValueError(f'its directory is damaged: {e}') from e
    if total > most_bytes(size):
        raise ValueError(
            f'its {size} bytes would become {total} when they are unpacked'
        )


def _check_directory_place(file: BinaryIO, size: int) -> None:
    """The directory stands right before the records at the end."""

    def read(record: struct.Struct, offset: int) -> tuple:
        if offset < 0:
            raise ValueError('its end is missing')
        file.seek(offset)
        return record.unpack(file.read(record.size))

    end = size - _END.size
    magic, length, offset, comment = read(_END, end)
    if magic != b'PK\x05\x06' or comment:
        raise ValueError('its end is missing')
    if end >= _LOCATOR.size:
        magic, place = read(_LOCATOR, end - _LOCATOR.size)
        if magic == b'PK\x06\x07':
            end -= _LOCATOR.size + 56
            magic, length, offset = read(_END_64, end)
            if magic != b'PK\x06\x06' or place != end:
                raise ValueError('its end is damaged')
    if offset + length != end:
        raise ValueError('its directory is not where it should be')


def check_matlab(content: bytes) -> None:
    """Check that a MATLAB file unpacks to no more than it may.

    Its variables are compressed one by one and declare no sizes: each is
    unpacked a piece at a time, and the pieces are counted and dropped.

    Args:
        content (bytes): A file of version 5 to 7.

    Raises:
        ValueError: If it would grow too much.
    """
    left = most_bytes(len(content))
    order = '<' if content[126:128] == b'IM' else '>'
    start = 128
    while start + _MATLAB_TAG <= len(content):
        kind, length = struct.unpack_from(f'{order}II', content, start)
        start += _MATLAB_TAG
        if kind == _MATLAB_COMPRESSED:
            left -= _unpacked_bytes(content[start : start + length], left)
        start += length
        if left < 0:
            raise ValueError(
                f'its {len(content)} bytes would become more than '
                f'{most_bytes(len(content))} when they are unpacked'
            )


def _unpacked_bytes(packed: bytes, most: int) -> int:
    """Bytes that zlib makes of some, counted until they are too many."""
    unpacker, total = zlib.decompressobj(), 0
    while packed and total <= most:
        try:
            total += len(unpacker.decompress(packed, 1 << 20))
        except zlib.error:  # whoever reads it says so
            break
        packed = unpacker.unconsumed_tail
    return total


class BoundedReader:
    """A file whose reads are of no more bytes than an archive may give.

    ``tarfile`` reads as many bytes at once as a header asks for; through this
    that is refused before they are unpacked.

    Args:
        file (IO[bytes]): What is read, such as a ``gzip.GzipFile``.
        most (int): Bytes of the longest read.
    """

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.file = file
        self.most = most

    def read(self, size: int = -1) -> bytes:
        """Read.

        Args:
            size (int): Bytes; negative for all there are. Defaults to -1.

        Raises:
            ValueError: If it asks for more than the bound.
        """
        if size < 0:
            size = self.most
        if size > self.most:
            raise ValueError(
                f'it asks for {size} bytes at once, more than {self.most}'
            )
        return self.file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, as :meth:`io.IOBase.seek` does."""
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        """The place, in bytes from the beginning."""
        return self.file.tell()
