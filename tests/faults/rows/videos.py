"""Videos and folders of frames."""

from pathlib import Path

from tests.faults.damaging import (
    constant,
    cut,
    damaged,
    flipped,
    replaced,
    zeroed,
)
from tests.faults.fault import NOTED, RIGHT, TOLD, TOLD_OR_RIGHT, add
from tests.support import av_videos

ONE = 'videos/one.mp4'
# Of the video that is damaged.
OF_ONE = ('extracted/one.*', 'out/one.json')
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('head', 'ends in its head', lambda content: content[:20]),
    ('cut', 'ends before its index', cut(0.5)),
    ('zeros', 'is zeros', zeroed(0, 1)),
    ('page', 'is a page of HTML', constant(b'<!DOCTYPE html>' * 50)),
    ('index', 'has an index of zeros', zeroed(0.9, 1)),
    ('text', 'is a list of videos', constant(b'videos/two.mp4\n')),
):
    for command in ('extract', 'infer'):
        add(
            f'videos/{command} mp4 {name}',
            f'an .mp4 {words}',
            command,
            names=(ONE,),
            around=damaged(ONE, maker),
            spoils=OF_ONE,
        )
    add(
        f'videos/stream mp4 {name}',
        f'an .mp4 that is streamed {words}',
        'stream',
        NOTED if name == 'index' else TOLD,
        names=(ONE,),
        around=damaged(ONE, maker),
    )
for seed in range(3):
    add(
        f'videos/bits {seed}',
        'bits of the frames turn',
        'extract',
        TOLD_OR_RIGHT,
        names=('one',),
        around=damaged(ONE, flipped(30, seed, 0.02)),
        spoils=OF_ONE,
    )
add(
    'videos/folder',
    'a folder of the name of a video',
    'extract',
    NOTED,
    names=('extracted',),
    around=replaced(ONE, Path.mkdir),
)
add(
    'videos/nowhere',
    'a link that leads nowhere',
    'extract',
    NOTED,
    names=(ONE,),
    around=replaced(ONE, lambda path: path.symlink_to('gone.mp4')),
)


def _encoded(name: str, codec: str):
    """A video of another container beside the others."""

    def put(path: Path) -> None:
        frames = (av_videos.coloured(number) for number in range(100))
        whole = path.with_name(f'.whole{path.suffix}')
        av_videos.encode(whole, frames, codec, gop=10)
        _spoil(whole, path, name)
        whole.unlink()

    return put


def _spoil(whole: Path, path: Path, name: str) -> None:
    data = whole.read_bytes()
    if name == 'cut':
        path.write_bytes(data[: len(data) // 2])
    elif name == 'damaged':
        if path.suffix == '.ts':
            av_videos.damage_stream(whole, 20, 23, path)
        else:
            av_videos.damage(whole, 20, path)
    elif name == 'noise':
        path.write_bytes(flipped(200, 0, 0.2)(data))
    else:
        path.write_bytes(data[:100])


for suffix, codec in (
    ('ts', 'libx264'),
    ('avi', 'mpeg4'),
    ('mp4', 'libx264'),
    ('mkv', 'libx264'),
):
    for name, words in (
        ('cut', 'ends in the middle'),
        ('damaged', 'has a packet of zeros'),
        ('noise', 'has bits that turned'),
        ('head', 'ends after 100 bytes'),
    ):
        file = f'three.{suffix}'
        add(
            f'videos/{suffix} {name}',
            f'an .{suffix} {words}',
            'extract',
            # An .mp4 has its index at its end; the others are their frames.
            TOLD
            if name == 'head' or (suffix, name) == ('mp4', 'cut')
            else NOTED,
            names=('three',),
            around=replaced(f'videos/{file}', _encoded(name, codec)),
            spoils=('extracted/three.*',),
        )

FRAME = 'frames/walk/010.png'
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('zeros', 'is zeros', zeroed(0, 1)),
    ('page', 'is a page of HTML', constant(b'<!DOCTYPE html>' * 9)),
):
    add(
        f'frames/{name}',
        f'a frame of a folder {words}',
        'extract frames',
        NOTED,
        names=('walk', '1'),
        around=damaged(FRAME, maker),
        spoils=('extracted/walk.*',),
        again=('--overwrite',),
    )
add(
    'frames/all',
    'no frame of a folder can be read',
    'extract frames',
    names=('walk',),
    around=replaced(
        'frames/walk',
        lambda path: (
            path.mkdir(),
            [(path / f'{n:03d}.png').write_bytes(b'a') for n in range(48)],
        ),
    ),
    spoils=('extracted/walk.*',),
)
add(
    'frames/hidden',
    'an empty file with a dot before its name among the frames',
    'extract frames',
    RIGHT,
    around=replaced('frames/walk/._000.png', Path.touch),
)
