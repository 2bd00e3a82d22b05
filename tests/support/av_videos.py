"""Videos that OpenCV cannot write, made and read by PyAV (FFmpeg's libraries).

``coloured(n)`` is a frame of one grey level that tells its number; it survives
any codec. Times are in seconds.
"""

from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np

av.logging.set_level(None)
SIZE = (64, 48)
# Levels that a number is told by; neighbours differ by 40 of 256.
LEVELS = (20, 60, 100, 140, 180, 220)


def coloured(number):
    """A frame (H, W, 3) whose six columns are digits of base 6 of a number."""
    digits = [number // 6**place % 6 for place in range(6)]
    row = np.repeat([LEVELS[digit] for digit in digits], 11)[: SIZE[0]]
    return np.broadcast_to(row[None, :, None], (SIZE[1], SIZE[0], 3)).astype(
        np.uint8
    )


def number_of(frame):
    """The number that a frame of :func:`coloured` tells; of any channels."""
    found = 0
    for place in range(6):
        level = frame[4:-4, 11 * place + 3 : 11 * place + 8].mean()
        digit = int(np.abs(np.array(LEVELS) - level).argmin())
        found += digit * 6**place
    return found


def encode(
    path,
    frames,
    codec='libx264',
    times=None,
    rate=25,
    gop=250,
    container=None,
    **options,
):
    """Write a video.

    Args:
        path (Path): File.
        frames (Iterable[np.ndarray]): (H, W, 3) BGR, uint8 of 64x48.
        codec (str): FFmpeg's name of an encoder.
        times (Sequence[float], optional): When frames are shown; by the rate
            where it is None.
        rate (int): What the header says.
        gop (int): Frames from key frame to key frame.
        container (dict, optional): Options of the container.
        **options: Of the encoder.

    Returns:
        Path: ``path``.
    """
    with av.open(str(path), 'w', options=container or {}) as out:
        stream = out.add_stream(codec, rate=rate)
        stream.width, stream.height = SIZE
        stream.pix_fmt = 'yuvj420p' if codec == 'mjpeg' else 'yuv420p'
        stream.gop_size = gop
        if codec == 'libx265':
            options['x265-params'] = 'log-level=none'
        stream.options = options
        base = Fraction(1, rate) if times is None else Fraction(1, 1000)
        stream.codec_context.time_base = base
        for index, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format='bgr24')
            frame.time_base = base
            frame.pts = index if times is None else round(1000 * times[index])
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


class Packet(NamedTuple):
    """Where a packet lies in a file, in bytes, and whether it is a key."""

    place: int
    size: int
    is_key: bool


def packets(path):
    """Packets of a file's video, in the order of the file."""
    with av.open(str(path)) as source:
        return [
            Packet(packet.pos, packet.size, packet.is_keyframe)
            for packet in source.demux(video=0)
            if packet.size
        ]


def damage(path, index, out):
    """Copy a file with a packet's bytes zeroed."""
    data = bytearray(path.read_bytes())
    packet = packets(path)[index]
    data[packet.place : packet.place + packet.size] = bytes(packet.size)
    out.write_bytes(data)
    return out


def damage_stream(path, first, behind, out):
    """Copy a transport stream with what its packets carry spoilt from one
    frame up to another; the packets' own heads are left.
    """
    data = bytearray(path.read_bytes())
    places = [packet.place for packet in packets(path)]
    noise = np.random.default_rng(0).integers(0, 256, 148, np.uint8).tobytes()
    for place in range(places[first], places[behind], 188):
        data[place + 40 : place + 188] = noise
    out.write_bytes(data)
    return out


def decode(path):
    """Second opinion: frames (H, W, 3) BGR and times as FFmpeg gives them;
    what cannot be decoded is passed over.
    """
    frames, times = [], []
    with av.open(str(path)) as source:
        for packet in source.demux(video=0):
            try:
                found = packet.decode()
            except av.error.FFmpegError:
                continue
            for frame in found:
                frames.append(frame.to_ndarray(format='bgr24'))
                times.append(frame.time)
    return frames, times


def remux(path, out, shift, container=None):
    """Copy packets without decoding them.

    Args:
        path (Path): Source.
        out (Path): Target; its suffix says the container.
        shift (Callable): Number and time of a packet -> by how many seconds
            it comes later, or None for one that is left out.
        container (dict, optional): Options of the container.
    """
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        with av.open(str(out), 'w', options=container or {}) as target:
            copy = target.add_stream_from_template(stream)
            for index, packet in enumerate(source.demux(stream)):
                if not packet.size:
                    continue
                later = shift(index, float(packet.dts * packet.time_base))
                if later is None:
                    continue
                packet.pts += round(later / packet.time_base)
                packet.dts += round(later / packet.time_base)
                packet.stream = copy
                target.mux(packet)
    return out
