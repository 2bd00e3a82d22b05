"""rtfm fit: its two folders, its work, verdicts, the detector before."""

import errno
import shutil
from contextlib import contextmanager
from pathlib import Path

from tests.faults.damaging import (
    constant,
    cut,
    damaged,
    nowhere,
    replaced,
    swapped,
    zeroed,
)
from tests.faults.fault import KILLED, NOTED, RIGHT, TOLD, TOLD_OR_RIGHT, add
from tests.faults.injecting import (
    failing,
    killing,
    small_files,
    without_rights,
)
from tests.faults.mounting import can_mount, small_disk
from tests.faults.rows.features import saved
from tests.faults.rows.lists import DEEP
from tests.faults.rows.rights import with_mode

ALL = ('detector/*',)
ONE = 'with/a.mp4'


def beside(*copies):
    """A context in which files are copied to where there were none."""

    @contextmanager
    def around(place: Path):
        for source, target in copies:
            (place / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(place / source, place / target)
        yield
        for _, target in copies:
            path = place / target
            path.unlink(missing_ok=True)
            if not any(path.parent.iterdir()):
                path.parent.rmdir()

    return around


def without(*names):
    """A context in which files are not there."""

    @contextmanager
    def around(place: Path):
        away = place.with_name(f'{place.name}-away')
        away.mkdir()
        for index, name in enumerate(names):
            (place / name).rename(away / str(index))
        yield
        for index, name in enumerate(names):
            (away / str(index)).rename(place / name)
        away.rmdir()

    return around


def within(inner, outer):
    """A context in which a folder is a link into another one."""

    @contextmanager
    def around(place: Path):
        (place / inner).rename(place / outer / inner)
        (place / inner).symlink_to(f'{outer}/{inner}')
        yield
        (place / inner).unlink()
        (place / outer / inner).rename(place / inner)

    return around


# The two folders.
for side, flag in (('with', '--abnormal'), ('without', '--normal')):
    for name, words, put in (
        ('missing', 'is missing', nowhere),
        ('empty', 'is empty', Path.mkdir),
        ('text', 'is a file of text', lambda path: path.write_text('x')),
        ('loop', 'leads to itself', lambda path: path.symlink_to(path.name)),
    ):
        add(
            f'fit folders/{side} {name}',
            f'the folder of {flag} {words}',
            'fit on',
            names=(side,),
            around=replaced(side, put),
        )
    add(
        f'fit folders/{side} one',
        f'{flag} has one video left',
        'fit on',
        names=(flag, 'found 1'),
        around=without(f'{side}/a.mp4', f'{side}/b.mp4'),
    )
add(
    'fit folders/same',
    'both folders are one',
    'fit on',
    names=('with', '--normal'),
    around=replaced('without', lambda path: path.symlink_to('with')),
)
add(
    'fit folders/within',
    'one folder is within the other',
    'fit on',
    names=('--abnormal', 'with', 'without'),
    around=within('without', 'with'),
)
add(
    'fit folders/mixed',
    'a folder named normal is among the abnormal videos',
    'fit on',
    names=('with', 'normal'),
    around=beside((ONE, 'with/normal/x.mp4')),
)
add(
    'fit folders/video twice',
    'a video is in both folders, under another name',
    'fit on',
    names=('with/a.mp4', 'without/x.mp4'),
    around=beside((ONE, 'without/x.mp4')),
)
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in its header', cut(0.02)),
    ('zeros', 'is zeros', zeroed(0, 1)),
    ('page', 'is a page of HTML', constant(b'<html></html>' * 99)),
):
    add(
        f'fit videos/{name}',
        f'a video of a folder {words}',
        'fit on',
        NOTED,
        names=(ONE,),
        around=damaged(ONE, maker),
        spoils=ALL,
    )
add(
    'fit videos/stray',
    'notes and a hidden file lie among the videos',
    'fit on',
    NOTED,
    names=('notes.txt',),
    spoils=('detector/README.md',),
    around=beside(
        ('config.py', 'with/notes.txt'), ('config.py', 'with/._a.mp4')
    ),
)
add(
    'fit videos/rights',
    'a video may not be read',
    'fit on',
    NOTED,
    names=(ONE,),
    around=with_mode(ONE, 0),
    inside=without_rights,
    spoils=ALL,
)

# The work of a fit that was done.
FEATURES = 'fitted_work/features/extractor-fp32/abnormal/a'
RUN = 'fitted_work/training/*/runs/dropout0.3_fold0'
for name, words, maker in (
    ('empty', 'are empty', constant(b'')),
    ('rows cut', 'end in their rows', cut(0.6)),
    ('zeros', 'are zeros', zeroed(0, 1)),
    ('page', 'are a page of HTML', constant(b'<html></html>' * 99)),
    ('pickle', 'are a pickle', constant(b'\x80\x04K\x01.')),
    (
        'nan',
        'hold no numbers',
        constant(saved([[[float('nan')] * 4] * 5] * 5)),
    ),
):
    add(
        f'fit work/features {name}',
        f'features in --work {words}',
        'fit on',
        TOLD_OR_RIGHT,
        names=('abnormal/a',),
        around=damaged(f'{FEATURES}.npy', maker),
    )
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('deep', 'has 200 000 brackets', constant(DEEP)),
    ('frames', 'says -5 frames', swapped('"frames": 80', '"frames": -5')),
):
    add(
        f'fit work/side-car {name}',
        f'a side-car in --work {words}',
        'fit on',
        TOLD_OR_RIGHT,
        names=('abnormal/a',),
        around=damaged(f'{FEATURES}.json', maker),
    )
for name, file, maker in (
    ('checkpoint cut', '*/iter_*.pth', cut(0.5)),
    ('checkpoint empty', '*/iter_*.pth', constant(b'')),
    ('checkpoint zeros', '*/iter_*.pth', zeroed(0.3, 0.5)),
    ('config cut', '*/config.json', cut(0.5)),
    ('config list', '*/config.json', constant(b'[1]')),
):
    add(
        f'fit work/{name}',
        f'{file} of a training in --work: {name}',
        'fit on',
        TOLD_OR_RIGHT,
        names=('dropout0.3_fold0',),
        around=damaged(f'{RUN}/{file}', maker),
    )
add(
    'fit work/videos',
    'the list of videos in --work is half',
    'fit on',
    RIGHT,
    around=damaged('fitted_work/videos.json', cut(0.5)),
)
add(
    'fit work/file',
    'a file of the name of --work',
    'fit on',
    names=('fitted_work',),
    around=replaced('fitted_work', lambda path: path.write_text('x')),
)
add(
    'fit work/rights',
    'nothing may be written to --work',
    'fit',
    names=('detector_work',),
    around=with_mode('detector_work', 0o500),
    inside=without_rights,
)
add(
    'fit out/rights',
    'nothing may be written to --out',
    'fit on',
    names=('detector',),
    around=with_mode('detector', 0o500),
    inside=without_rights,
)
add(
    'fit out/file',
    'a file of the name of --out',
    'fit on',
    names=('detector',),
    around=replaced('detector', lambda path: path.write_text('x')),
)

# Verdicts, the detector before, what is known of times.
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('deep', 'has 200 000 brackets', constant(DEEP)),
    ('list', 'is a list', constant(b'[1]')),
    ('pickle', 'is a pickle', constant(b'\x80\x04K\x01.')),
    ('format', 'is of another format', swapped('verdicts/1', 'verdicts/9')),
    (
        'key twice',
        'has a key twice',
        swapped('"note"', '"video": "x", "note"'),
    ),
    ('verdict', 'says maybe', swapped('"wrong"', '"maybe"')),
    ('nan', 'has no number for a time', swapped('1.28', 'NaN')),
    ('negative', 'has a time before the video', swapped('1.28', '-1.28')),
    ('digits', 'has a number of 5000 digits', swapped('1.28', '9' * 5000)),
):
    add(
        f'fit verdicts/{name}',
        f'verdicts.json {words}',
        'fit verdicts',
        names=('verdicts.json',),
        around=damaged('verdicts.json', maker),
    )
for name, words, maker, ends, said in (
    (
        'unknown',
        'is of a video that is nowhere',
        lambda content: content.replace(b'abnormal/b', b'abnormal/z').replace(
            b'with/b.mp4', b'with/z.mp4'
        ),
        TOLD,
        ('abnormal/z', 'with/z.mp4'),
    ),
    (
        'no video',
        'is of a file that is no video',
        lambda content: content.replace(b'abnormal/b', b'abnormal/z').replace(
            b'with/b.mp4', b'config.py'
        ),
        TOLD,
        ('config.py',),
    ),
    (
        'late',
        'is of a stretch behind the end',
        swapped('"start": 1.28, "end": 1.92', '"start": 128, "end": 129'),
        NOTED,
        ('abnormal/b', 'ends before'),
    ),
    (
        'all of it',
        'refuses all of an abnormal video',
        lambda content: content.replace(b'"end": 0.64', b'"end": 900.0'),
        NOTED,
        ('abnormal/a', 'left out'),
    ),
    (
        'other folder',
        'confirms an event in a normal video',
        lambda content: content[::-1].replace(
            b'"wrong"'[::-1], b'"right"'[::-1], 1
        )[::-1],
        NOTED,
        ('normal/a', 'confirmed'),
    ),
):
    add(
        f'fit verdicts/{name}',
        f'a verdict {words}',
        'fit verdicts',
        ends,
        names=said,
        around=damaged('verdicts.json', maker),
        spoils=ALL,
    )
for name, words, put in (
    ('missing', 'is missing', nowhere),
    ('folder', 'is a folder', Path.mkdir),
    ('loop', 'leads to itself', lambda path: path.symlink_to(path.name)),
):
    add(
        f'fit verdicts/{name}',
        f'verdicts.json {words}',
        'fit verdicts',
        names=('verdicts.json',),
        around=replaced('verdicts.json', put),
    )
    add(
        f'fit from/{name}',
        f'detector.json of --from {words}',
        'fit verdicts',
        names=('fitted',),
        around=replaced('fitted/detector.json', put),
    )
    add(
        f'fit known/{name}',
        f'the file of --annotations {words}',
        'fit known',
        names=('known.json',),
        around=replaced('known.json', put),
    )
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('deep', 'has 200 000 brackets', constant(DEEP)),
    ('list', 'is a list', constant(b'[1]')),
    ('format', 'is of another format', swapped('detector/1', 'detector/9')),
):
    add(
        f'fit from/{name}',
        f'detector.json of --from {words}',
        'fit verdicts',
        names=('fitted',),
        around=damaged('fitted/detector.json', maker),
    )
for name, words, maker in (
    ('cut', 'ends in the middle', cut(0.5)),
    ('label', 'contradicts a folder', swapped('"label": 1', '"label": 0')),
    ('beyond', 'goes beyond a video', swapped('64', '6400')),
    (
        'others',
        'is of other videos',
        lambda content: content.replace(b'abnormal/', b'other/z'),
    ),
):
    add(
        f'fit known/{name}',
        f'the file of --annotations {words}',
        'fit known',
        names=('known.json',),
        around=damaged('known.json', maker),
    )

# Disks.
for folder, sizes in (
    ('detector', (4096, 65_536)),
    ('detector_work', (4096, 65_536, 400_000)),
):
    for size in sizes:
        if not can_mount():
            continue
        add(
            f'fit disks/{folder} {size >> 10} kB',
            f'{folder}/ is a disk of {size >> 10} kB',
            'fit',
            TOLD_OR_RIGHT,
            names=(folder,),
            around=small_disk(folder, size),
        )
for folder, numbers in (
    ('detector', (0, 2, 5)),
    ('detector_work', (0, 6, 25, 60)),
):
    for number in numbers:
        add(
            f'fit disks/{folder} full at {number}',
            f'{folder}/ is full at call {number} that changes a file',
            'fit',
            TOLD_OR_RIGHT,
            names=(folder,),
            inside=failing(errno.ENOSPC, number, folder),
        )
add(
    'fit disks/limit',
    'no file may grow beyond 2000 bytes',
    'fit',
    TOLD_OR_RIGHT,
    names=('detector',),
    inside=small_files(2000),
)

# Kills.
for folder, numbers in (
    ('detector', (1, 4)),
    ('detector_work/features', (3, 14)),
):
    for number in numbers:
        add(
            f'fit kills/{folder} at call {number}',
            f'SIGKILL at call {number} that changes a file in {folder}/',
            'fit',
            KILLED,
            inside=killing(number, folder),
        )
for part in (0.3, 0.55, 0.75, 0.92):
    add(
        f'fit kills/at {part:.0%}',
        f'SIGKILL after {part:.0%} of the time',
        'fit',
        KILLED,
        kill_at=part,
    )
add(
    'fit kills/with verdicts',
    'SIGKILL after 70% of the time',
    'fit verdicts',
    KILLED,
    kill_at=0.7,
)
