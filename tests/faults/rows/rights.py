"""Files that may not be read or written, and too many that are open."""

import errno
from contextlib import contextmanager
from pathlib import Path

from tests.faults.damaging import replaced
from tests.faults.fault import TOLD_OR_RIGHT, add
from tests.faults.injecting import failing, few_files, without_rights


def with_mode(relative: str, mode: int):
    """A context in which a file or folder has other rights."""

    @contextmanager
    def around(place: Path):
        path = place / relative
        if not path.exists():
            path.mkdir()
        before = path.stat().st_mode
        path.chmod(mode)
        try:
            yield
        finally:
            path.chmod(before | 0o700)

    return around


for command, relative in (
    ('train', 'config.py'),
    ('train', 'annotations/train.json'),
    ('train', 'features/train0.npy'),
    ('test', 'made/iter_6.pth'),
    ('test', 'features/test0.npy'),
    ('pack', 'features/train0.npy'),
    ('infer', 'videos/one.mp4'),
    ('infer', 'bright/b.pth'),
    ('infer features', 'features/test0.npy'),
    ('infer threshold', 'made/threshold.json'),
    ('infer normal', 'normal/calm.json'),
    ('infer onnx', 'made/detector.onnx'),
    ('extract', 'videos/one.mp4'),
    ('extract list', 'videos.txt'),
    ('events', 'made/predictions.json'),
    ('stream', 'videos/one.mp4'),
    ('train from store', 'packed/index.json'),
):
    add(
        f'rights/{command} {relative}',
        f'{relative} may not be read',
        command,
        names=(Path(relative).name,),
        around=with_mode(relative, 0),
        inside=without_rights,
        spoils=('out/one.json', 'out/test0.json', 'extracted/one.*'),
    )
for command, folder in (
    ('train', 'work'),
    ('test', 'dumped'),
    ('pack', 'store'),
    ('infer', 'out'),
    ('extract', 'extracted'),
    ('stream', 'stream'),
    ('export', 'exported'),
    ('events', 'judged'),
    ('lists', 'listed'),
    ('check', 'checked'),
):
    add(
        f'rights/{command} into {folder}',
        f'nothing may be written to {folder}/',
        command,
        names=(folder,),
        around=with_mode(folder, 0o500),
        inside=without_rights,
    )
    add(
        f'rights/{command} file {folder}',
        f'a file of the name of the folder {folder}/',
        command,
        names=(folder,),
        around=replaced(folder, Path.touch),
    )
for command, folder in (
    ('train', 'features'),
    ('extract', 'videos'),
    ('infer features', 'features'),
    ('extract frames', 'frames'),
):
    add(
        f'rights/{command} from {folder}',
        f'the folder {folder}/ may not be listed',
        command,
        names=(folder,),
        around=with_mode(folder, 0),
        inside=without_rights,
    )
for command in ('train', 'extract', 'pack', 'infer', 'stream', 'test'):
    for more in (0, 2, 5):
        add(
            f'open files/{command} {more}',
            f'{more} more files may be open',
            command,
            TOLD_OR_RIGHT,
            inside=few_files(more),
            spoils=('out/*.json', 'extracted/*'),
        )
for command, folder in (
    ('train', 'features'),
    ('test', 'made'),
    ('pack', 'features'),
    ('infer features', 'features'),
    ('infer', 'bright'),
):
    for code, word in ((errno.EMFILE, 'many open'), (errno.EIO, 'bad blocks')):
        add(
            f'open files/{command} {word}',
            f'a file of {folder}/ cannot be opened: {word}',
            command,
            TOLD_OR_RIGHT,
            inside=failing(code, 2, folder, writes=False),
            spoils=('out/*.json',),
        )
