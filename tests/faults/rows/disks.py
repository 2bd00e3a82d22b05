"""Disks that are full, by a small one where that may be mounted."""

import errno

from tests.faults.fault import TOLD_OR_RIGHT, add
from tests.faults.injecting import failing, small_files
from tests.faults.mounting import can_mount, small_disk
from tests.faults.rows.kills import PASSING

# Command -> folder it writes to, sizes that end it early and late.
SIZES = {
    'train': ('work', (8192, 500_000, 1_200_000)),
    'extract': ('extracted', (4096, 8192)),
    'pack': ('store', (4096, 8192)),
    'infer': ('out', (4096, 12_288, 24_576)),
    'infer features': ('out', (4096, 20_480)),
    'stream': ('stream', (4096, 16_384)),
    'test': ('dumped', (4096,)),
    'export': ('exported', (65_536,)),
    'export pt2': ('exported', (65_536,)),
}
for command, (folder, sizes) in SIZES.items():
    for size in sizes:
        if not can_mount():
            continue
        add(
            f'disks/{command} {size >> 10} kB',
            f'a disk of {size >> 10} kB',
            command,
            TOLD_OR_RIGHT,
            names=(folder,),
            around=small_disk(folder, size),
            spoils=PASSING,
        )
    add(
        f'disks/{command} limit',
        f'no file may grow beyond {sizes[0] // 8} bytes',
        command,
        TOLD_OR_RIGHT,
        inside=small_files(sizes[0] // 8),
        spoils=PASSING,
    )
    for code, word, number in (
        (errno.ENOSPC, 'full', 0),
        (errno.ENOSPC, 'full', 3),
        (errno.EIO, 'broken', 1),
    ):
        if command.startswith('export'):
            continue  # seconds each
        add(
            f'disks/{command} {word} at {number}',
            f'a disk is {word} at call {number} that changes a file',
            command,
            TOLD_OR_RIGHT,
            names=(folder,),
            inside=failing(code, number, folder),
            spoils=PASSING,
        )
