"""Where the clock of a transport stream leaps, and no bytes lie between.

A transport stream is packets of 188 bytes (192 and 204 with what recorders and
senders add), each beginning with 0x47. A picture begins in a packet that is
marked so, with the time at which it is decoded or shown, in units of 1 / 90000
second.

Shapes: P packets of a block, S bytes from packet to packet.
"""

import os
from typing import Iterator, List, Optional, Tuple, Union

import numpy as np

STRIDES = (188, 192, 204)
# Bytes that are read at a time, a multiple of all strides.
BLOCK = 188 * 192 * 204
SYNC = 0x47
UNITS = 90_000
# Leaps below this may be lost frames, in seconds.
LEAST = 1.0
# Bytes of a leap, as a share of those that the time would have.
SHARE = 0.5
# From the first byte of a picture's header to behind its times.
HEADER = 19


def find_leaps(path: Union[str, os.PathLike]) -> List[float]:
    """Find leaps ahead of the pictures' clock.

    Where packets were damaged there are as many bytes as ever between two
    pictures; where the clock was set there are few.

    Args:
        path (str or PathLike): Transport stream.

    Returns:
        list[float]: Seconds of each leap; none of another kind of file.
    """
    found = list(_pictures(path))
    if not found:
        return []
    pids, places, times = (np.concatenate(part) for part in zip(*found))
    leaps: List[float] = []
    for pid in np.unique(pids):
        own = pids == pid
        steps, gaps = np.diff(times[own]), np.diff(places[own])
        usual = (steps > 0) & (steps < LEAST)
        if usual.any():
            rate = gaps[usual].sum() / steps[usual].sum()
            leaped = (steps >= LEAST) & (gaps < SHARE * rate * steps)
            leaps += steps[leaped].tolist()
    return leaps


def _pictures(
    path: Union[str, os.PathLike],
) -> Iterator[Tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Find the pictures' streams, places and seconds of each block."""
    stride: Optional[int] = None
    with open(path, 'rb') as file:
        while True:
            begin = file.tell()
            block = np.frombuffer(file.read(BLOCK), np.uint8)
            if len(block) < 2 * STRIDES[-1]:
                return
            if stride is None:
                stride = max(STRIDES, key=lambda size: _sync(block, size)[1])
            # Behind lost bytes packets begin elsewhere.
            shift, _ = _sync(block, stride)
            end = shift + (len(block) - shift) // stride * stride
            rows = block[shift:end].reshape(-1, stride)
            pids, numbers, times = _times(rows)
            yield pids, begin + shift + numbers * stride, times


def _sync(block: np.ndarray, stride: int) -> Tuple[int, float]:
    """Where packets begin, and the share of them that do."""
    whole = block[: len(block) // stride * stride].reshape(-1, stride)
    shares = (whole == SYNC).mean(axis=0)
    return int(shares.argmax()), float(shares.max())


def _times(rows: np.ndarray) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Streams, numbers of packets and seconds of pictures in (P, S) bytes."""
    kind = rows[:, 3] >> 4 & 3  # 1: data; 3: data behind other fields
    offsets = 4 + (kind == 3) * (1 + rows[:, 4].astype(int))
    begins = (rows[:, 0] == SYNC) & (rows[:, 1] & 0x40 > 0) & (kind & 1 > 0)
    numbers = np.flatnonzero(begins & (offsets <= STRIDES[0] - HEADER))
    places = offsets[numbers, None] + np.arange(HEADER)
    heads = rows[numbers[:, None], places].astype(np.int64)
    pictures = (
        (heads[:, :3] == (0, 0, 1)).all(axis=1)
        & (heads[:, 3] & 0xF0 == 0xE0)
        & (heads[:, 7] & 0x80 > 0)
    )
    heads, numbers = heads[pictures], numbers[pictures]
    # When it is decoded, where that is another time than when it is shown.
    both = heads[:, 7, None] & 0x40 > 0
    field = np.where(both, heads[:, 14:19], heads[:, 9:14])
    units = (
        (field[:, 0] >> 1 & 7) << 30
        | field[:, 1] << 22
        | field[:, 2] >> 1 << 15
        | field[:, 3] << 7
        | field[:, 4] >> 1
    )
    pids = (rows[numbers, 1] & 0x1F).astype(int) << 8 | rows[numbers, 2]
    return pids, numbers, units / UNITS
