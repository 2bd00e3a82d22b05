"""Video files as no camera should make them, for the tests of extraction."""

import struct
import wave

import cv2
import numpy as np


def noise(frames, size, channels=3, seed=0):
    """Coarse noise, which survives a lossy codec; ``size`` is (W, H).

    Returns:
        list[np.ndarray]: (H, W, 3) BGR, or (H, W) where ``channels`` is 1.
    """
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 255, (frames, 3, 4, channels), np.uint8)
    return [cv2.resize(frame, size) for frame in coarse]


def write_avi(path, frames):
    """Write Motion JPEG, which takes frames of any size, grey ones too.

    OpenCV's own writer makes odd sizes even and grey frames coloured. An AVI
    is a tree of chunks: kind, length, body, and a byte to make that even.

    Args:
        path (Path): File.
        frames (list[np.ndarray]): (H, W, 3) or (H, W), uint8. The size in
            the header is that of the first.

    Returns:
        Path: ``path``.
    """

    def chunk(kind, body):
        return (
            kind
            + struct.pack('<I', len(body))
            + body
            + b'\0' * (len(body) % 2)
        )

    height, width = frames[0].shape[:2]
    images = [
        chunk(
            b'00dc',
            cv2.imencode('.jpg', frame, [cv2.IMWRITE_JPEG_QUALITY, 98])[
                1
            ].tobytes(),
        )
        for frame in frames
    ]
    main = struct.pack(
        '<14I',
        40000,
        0,
        0,
        0x10,
        len(frames),
        0,
        1,
        0,
        width,
        height,
        0,
        0,
        0,
        0,
    )
    stream = b'vidsMJPG' + struct.pack(
        '<10I4H', 0, 0, 0, 1, 25, 0, len(frames), 0, 0, 0, 0, 0, width, height
    )
    bitmap = struct.pack(
        '<IiiHH4s5I',
        40,
        width,
        height,
        1,
        24,
        b'MJPG',
        3 * width * height,
        0,
        0,
        0,
        0,
    )
    index, at = b'', 4
    for image in images:
        index += b'00dc' + struct.pack('<III', 0x10, at, len(image) - 8)
        at += len(image)
    path.write_bytes(
        chunk(
            b'RIFF',
            b'AVI '
            + chunk(
                b'LIST',
                b'hdrl'
                + chunk(b'avih', main)
                + chunk(
                    b'LIST',
                    b'strl' + chunk(b'strh', stream) + chunk(b'strf', bitmap),
                ),
            )
            + chunk(b'LIST', b'movi' + b''.join(images))
            + chunk(b'idx1', index),
        )
    )
    return path


def change_atom(data, kinds, change):
    """Change the body of an atom of an MP4 whose index is behind the frames.

    Args:
        data (bytes): Atoms: length (4 bytes), kind (4 bytes), body.
        kinds (str): Way to the atom, as 'moov trak tkhd'.
        change (Callable): Old body -> new body, of any length.

    Returns:
        bytes: All of it.
    """
    kind, _, rest = kinds.partition(' ')
    out, at = b'', 0
    while at < len(data):
        length = struct.unpack('>I', data[at : at + 4])[0]
        body = data[at + 8 : at + length]
        if data[at + 4 : at + 8] == kind.encode():
            body = change_atom(body, rest, change) if rest else change(body)
        out += struct.pack('>I', len(body) + 8) + data[at + 4 : at + 8] + body
        at += length
    return out


def turned(data, quarters):
    """An MP4 that asks to be shown turned clockwise by quarter turns."""
    cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters]
    matrix = struct.pack(
        '>9i', cos << 16, sin << 16, 0, -sin << 16, cos << 16, 0, 0, 0, 1 << 30
    )
    return change_atom(
        data, 'moov trak tkhd', lambda body: body[:40] + matrix + body[76:]
    )


def uneven(data):
    """An MP4 whose frames last a half and one and a half times as long.

    stts holds pairs: number of frames, duration of each.
    """

    def change(body):
        frames, duration = struct.unpack('>4xIII', body)[1:]
        pairs = [(1, duration // 2), (1, duration + duration // 2)]
        return struct.pack('>II', 0, frames) + b''.join(
            struct.pack('>II', *pairs[index % 2]) for index in range(frames)
        )

    return change_atom(data, 'moov trak mdia minf stbl stts', change)


def sound_track(data):
    """An MP4 whose only track says that it is sound."""
    return change_atom(
        data,
        'moov trak mdia hdlr',
        lambda body: body.replace(b'vide', b'soun'),
    )


def write_wav(path):
    """Write a second of sound."""
    with wave.open(str(path), 'wb') as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b'\0\1' * 8000)
    return path
