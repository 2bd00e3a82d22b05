"""What lies in the two folders."""

import itertools
import shutil

import cv2
import pytest

from rtfm_mmaction.apis.fitting.folders import known_by, look_at
from tests.io.odd import noise
from tests.support.tiny import make_video

_seeds = itertools.count()


def put(root, *files, frames=20):
    """Videos of noise, each another."""
    for number, name in enumerate(files):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make_video(path, frames + number, seed=next(_seeds))
    return root


def put_frames(folder, frames=3, seed=0):
    """A folder of frames."""
    folder.mkdir(parents=True)
    for number, frame in enumerate(noise(frames, (32, 24), seed=seed)):
        cv2.imwrite(str(folder / f'{number}.png'), frame)
    return folder


@pytest.fixture
def sides(tmp_path):
    """Two folders with a video each."""
    return put(tmp_path / 'with', 'a.mp4'), put(tmp_path / 'without', 'b.mp4')


def look(abnormal, normal, **options):
    return look_at([abnormal], [normal], quiet=True, **options)


def test_what_is_found(tmp_path):
    """Oracle: by hand. Two cameras, a class, a folder of frames, a stream
    that does not say its length; names have their side and way."""
    first = put(tmp_path / 'with', 'gate/a.mp4', 'hall/a.mp4', 'fire/b.avi')
    second = put(tmp_path / 'without', 'gate/a.mp4', 'hall/c.mp4', frames=33)
    put_frames(second / 'hall' / 'walk')
    (second / 'notes.md').touch()
    said = []
    found = look(first, second, note=said.append)
    assert [
        (v.name, v.label, v.group, v.kind, v.frames, v.fps)
        for v in found.videos
    ] == [
        ('abnormal/fire/b', 1, 'abnormal/fire/b', 'fire', 22, 25.0),
        ('abnormal/gate/a', 1, 'gate', 'Anomaly', 20, 25.0),
        ('abnormal/hall/a', 1, 'hall', 'Anomaly', 21, 25.0),
        ('normal/gate/a', 0, 'gate', 'Normal', 33, 25.0),
        ('normal/hall/c', 0, 'hall', 'Normal', 34, 25.0),
        ('normal/hall/walk', 0, 'hall', 'Normal', 3, 0.0),
    ]
    assert found.videos[0].size == (64, 48)
    assert found.videos[0].seconds == 22 / 25 and not found.videos[5].seconds
    assert found.unreadable == {}
    assert list(found.notes) == said
    assert 'passed over 1 file' in said[0] and '2 cameras' in said[1]
    assert [v.name for v in found.side(0)][0] == 'normal/gate/a'
    # A rate that the user says is that of all.
    told = look(first, second, fps=10)
    assert {video.fps for video in told.videos} == {10}


def test_several_folders_of_a_side(tmp_path):
    """Oracle: by hand: the folders' own names stand in front, and tell
    cameras; their ways where they are called the same."""
    for camera in ('c1', 'c2'):
        put(tmp_path / camera, 'with/a.mp4', 'without/a.mp4')
    with_ = [tmp_path / camera / 'with' for camera in ('c1', 'c2')]
    without = [tmp_path / camera / 'without' for camera in ('c1', 'c2')]
    found = look_at(with_, without, quiet=True)
    assert [(v.name, v.group) for v in found.videos] == [
        ('abnormal/c1/with/a', 'c1'),
        ('abnormal/c2/with/a', 'c2'),
        ('normal/c1/without/a', 'c1'),
        ('normal/c2/without/a', 'c2'),
    ]
    apart = put(tmp_path / 'd1', 'x.mp4'), put(tmp_path / 'd2/e', 'x.mp4')
    found = look_at(apart, [tmp_path / 'c1'], quiet=True)
    assert [v.name for v in found.side(1)] == ['abnormal/d1/x', 'abnormal/e/x']


def test_files_in_place_of_folders(sides, tmp_path):
    """Oracle: by hand. A video's file, the shell's pattern, a list."""
    first, second = sides
    put(first, 'c.mp4')
    files = [first / 'a.mp4', first / 'c.mp4']
    (tmp_path / 'list.txt').write_text('with/a.mp4\nwith/c.mp4\n')
    for sources in (files, [first / '*.mp4'], [tmp_path / 'list.txt']):
        found = look_at(sources, [second / 'b.mp4'], quiet=True)
        assert [v.name for v in found.videos] == [
            'abnormal/a',
            'abnormal/c',
            'normal/b',
        ]
    # One that is no video by its name is a slip.
    (first / 'notes.md').write_text('words')
    with pytest.raises(ValueError, match='notes.md: .*found another file'):
        look(first / 'notes.md', second)


def test_extensions_tell_apart_what_else_would_not(sides):
    """Oracle: by hand. Names of the other side do not matter."""
    first, second = sides
    put(first, 'a.avi', 'b.avi')
    names = [v.name for v in look(first, second).videos]
    assert names == [
        'abnormal/a.avi',
        'abnormal/a.mp4',
        'abnormal/b',
        'normal/b',
    ]


def test_what_cannot_be_read(sides):
    """Oracle: the reader's own words under the video's name; the others are
    found. Where none can be read, one sentence says so."""
    first, second = sides
    (first / 'bad.mp4').write_bytes(b'no video')
    whole = put(first, 'cut.mp4') / 'cut.mp4'
    whole.write_bytes(whole.read_bytes()[:300])
    found = look(first, second)
    assert [v.name for v in found.videos] == ['abnormal/a', 'normal/b']
    assert sorted(found.unreadable) == ['abnormal/bad', 'abnormal/cut']
    assert 'bad.mp4: expected a video' in found.unreadable['abnormal/bad']
    (first / 'a.mp4').unlink()
    with pytest.raises(
        ValueError, match='--abnormal .*with: .*found 2 of which none can; .*'
    ):
        look(first, second)


def test_the_same_video_on_both_sides(sides):
    """Oracle: both files in one sentence. By bytes, whatever it is called;
    one that differs by a byte of the same size is another."""
    first, second = sides
    copy = second / 'other name.avi'
    shutil.copy(first / 'a.mp4', copy)
    with pytest.raises(
        ValueError, match='a.mp4: expected .* in .*other name.avi, .* other$'
    ):
        look(first, second)
    data = bytearray(copy.read_bytes())
    data[-1] ^= 1
    copy.write_bytes(data)
    assert len(look(first, second).videos) == 3


def test_the_same_frames_on_both_sides(sides):
    """Oracle: as above; names of frames do not matter, each frame does."""
    first, second = sides
    one, other = put_frames(first / 'x'), put_frames(second / 'y')
    for image in other.iterdir():
        image.rename(image.with_name(f'frame{image.name}'))
    with pytest.raises(ValueError, match=f'{one}: .* in {other}'):
        look(first, second)
    last = other / 'frame2.png'
    data = bytearray(last.read_bytes())
    data[-1] ^= 1
    last.write_bytes(data)
    assert len(look(first, second).videos) == 4


def test_the_same_video_twice_on_one_side(sides):
    """Oracle: it is counted once, and a note says which."""
    first, second = sides
    for name in ('c.mp4', 'd.mp4'):
        shutil.copy(first / 'a.mp4', first / name)
    found = look(first, second)
    assert [v.name for v in found.side(1)] == ['abnormal/a']
    (note,) = [note for note in found.notes if 'byte by byte' in note]
    assert note.startswith('2 videos are') and 'c.mp4, which is' in note
    # A link to a folder of the side is that folder.
    (first / 'again').symlink_to(first)
    assert len(look(first, second).side(1)) == 1


def test_folders_that_were_mistaken(sides, tmp_path):
    """Oracle: one sentence that names what was given, and what may have been
    meant."""
    first, second = sides
    (tmp_path / 'empty').mkdir()
    for abnormal, normal, message in (
        (tmp_path / 'empty', second, '--abnormal .*empty: .*found none'),
        (first, tmp_path / 'empty', '--normal .*empty: .*found none'),
        (first, first, 'two folders, found .*with for both'),
        (tmp_path, tmp_path, 'for both; it holds empty and with and without'),
        (
            tmp_path,
            second,
            '--abnormal .*: .* holds .*without of --normal, too; '
            'it holds empty and with:',
        ),
        (first, tmp_path, '--normal .*: .* holds .*with of --abnormal, too'),
        (first, tmp_path / 'none', 'none: no such file or folder'),
    ):
        with pytest.raises((ValueError, FileNotFoundError), match=message):
            look(abnormal, normal)
    with pytest.raises(ValueError, match='--normal: expected a folder'):
        look_at([first], [], quiet=True)


def test_folders_that_hold_both_kinds(tmp_path):
    """Oracle: the names of the folders in them, by hand; those that both
    sides have are cameras, and naming them one by one insists."""
    mixed = put(tmp_path / 'all', 'fight/a.mp4', 'noFight/b.mp4')
    other = put(tmp_path / 'other', 'c.mp4')
    with pytest.raises(ValueError, match='--abnormal .*all: .*noFight'):
        look(mixed, other)
    with pytest.raises(ValueError, match='--normal .*all: .*folder fight'):
        look(other, mixed)
    insisting = look_at([mixed / 'noFight', mixed / 'fight'], [other])
    assert {v.kind for v in insisting.side(1)} == {'noFight', 'fight'}
    put(other, 'noFight/d.mp4')
    assert len(look(mixed, other).videos) == 4


def test_exchanged_folders_are_asked_about(tmp_path):
    """Oracle: the folders' names."""
    first = put(tmp_path / 'normal', 'a.mp4')
    second = put(tmp_path / 'fights', 'b.mp4')
    assert 'are the two sides exchanged?' in look(first, second).notes[0]
    assert 'exchanged' not in ' '.join(look(second, first).notes)


def test_names_of_other_makers(tmp_path):
    """Oracle: by hand: an end of a name counts where one video has it."""
    first = put(tmp_path / 'with', 'c1/a.mp4', 'c2/a.mp4', 'b.mp4')
    second = put(tmp_path / 'without', 'c1/a.mp4', 'c1/d.mp4')
    found = look(first, second).videos
    known = known_by(found)
    assert {name: video.name for name, video in known.items()} == {
        **{video.name: video.name for video in found},
        'c2/a': 'abnormal/c2/a',
        'b': 'abnormal/b',
        'c1/d': 'normal/c1/d',
        'd': 'normal/c1/d',
    }
