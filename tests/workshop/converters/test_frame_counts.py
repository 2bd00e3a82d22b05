"""Frame counts from tables and from videos."""

import cv2
import numpy as np
import pytest

from rtfm_mmaction.io.frame_counts import read_frame_counts
from rtfm_mmaction.workshop.converters.frame_counts import count_frames
from tests.support.helpers import SHARED, needs_shared


@pytest.mark.parametrize(
    'text',
    [
        'video,frames\na,12\nb_x264,3\n',
        'video,frames\r\na,12\r\nb_x264,3',
        '\ufeffvideo,subset,label,frames\na,train,1,12\n\nb_x264,test,0,3 \n',
        'video, frames\n"a", 12\n,\nb_x264,3\na,12\n',
    ],
)
def test_tables_of_all_sorts(tmp_path, text):
    """Columns in any order and number, line ends, quotes, a video that
    stands there twice with the same count."""
    path = tmp_path / 'counts.csv'
    path.write_bytes(text.encode())
    assert read_frame_counts(path) == {'a': 12, 'b_x264': 3}


@pytest.mark.parametrize(
    'text, message',
    [
        ('', r':1: expected a header with video and frames, found '),
        ('a,12\n', r":1: expected a header .*found 'a,12'"),
        ('video,frames\n', ': expected one video a line, found none'),
        ('video,frames\na,12\n\nb,x\n', ":4: .* found 'b' and 'x'"),
        ('video,frames\na,0\n', ":2: .* found 'a' and '0'"),
        ('video,frames\na,-3\n', ":2: .* found 'a' and '-3'"),
        ('video,frames\na,12.0\n', ":2: .* found 'a' and '12.0'"),
        ('video,frames\na\n', ":2: .* found 'a' and ''"),
        ('video,frames\n,5\n', ":2: .* found '' and '5'"),
        ('video,frames\na,12\na,13\n', ":3: found 13 .*'a', expected 12"),
        ('frames,video\n12,a,b\n', ":2: .*'a' and '12', and 'b' in no column"),
        (
            'video,frames\n,,x\n',
            ":2: .* found '' and '', and 'x' in no column",
        ),
        ('video,frames\na,1_0\n', ":2: .* found 'a' and '1_0'"),
        ('video,frames\na,' + '9' * 5000, ":2: .* found 'a' and '999"),
        ('video,frames\n"a,12\nb,3\n', ":3: .* found 'a,12\\\\nb,3' and ''"),
        (
            'video,frames\n"' + 'a' * 200000,
            ':[123]: expected fields .* found fie',
        ),
    ],
)
def test_bad_tables_name_the_line(tmp_path, text, message):
    """Oracle: one ValueError that begins with file:line."""
    path = tmp_path / 'counts.csv'
    path.write_text(text)
    with pytest.raises(ValueError, match=f'^{path}{message}'):
        read_frame_counts(path)
    with pytest.raises(FileNotFoundError, match='no.csv'):
        read_frame_counts(tmp_path / 'no.csv')


def write_video(path, frames):
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), 25, (64, 48)
    )
    for index in range(frames):
        writer.write(np.full((48, 64, 3), 10 * index, np.uint8))
    writer.release()


def write_images(folder, frames):
    folder.mkdir(parents=True)
    for index in range(frames):
        (folder / f'{index:03d}.jpg').write_bytes(b'')


def test_videos_and_image_folders_are_counted(tmp_path):
    """Oracle: as many as were written. UCF-Crime has some videos in two
    folders; a name with dots keeps them."""
    write_video(tmp_path / 'Abuse/a.mp4', 12)
    write_video(tmp_path / 'again/a.mp4', 12)
    write_video(tmp_path / 'x.2002__#1_label_A.mp4', 7)
    write_images(tmp_path / 'frames/01_0014', 5)
    (tmp_path / 'readme.txt').write_text('no video')
    assert count_frames(tmp_path) == {
        'a': 12,
        'x.2002__#1_label_A': 7,
        '01_0014': 5,
    }


def test_copies_that_differ_and_bad_folders(tmp_path):
    """Oracle: one error that names the file or folder."""
    with pytest.raises(FileNotFoundError, match='none: expected a folder'):
        count_frames(tmp_path / 'none')
    with pytest.raises(ValueError, match=f'{tmp_path}: expected videos'):
        count_frames(tmp_path)
    write_video(tmp_path / '1/a.mp4', 12)
    write_video(tmp_path / '2/a.mp4', 13)
    with pytest.raises(
        ValueError, match="2/a.mp4: found 13 frames of video 'a', expected 12"
    ):
        count_frames(tmp_path)
    (tmp_path / '2/a.mp4').write_bytes(b'no video')
    with pytest.raises(ValueError, match='2/a.mp4: expected a video'):
        count_frames(tmp_path)


@needs_shared('annotations/ucf_crime/frame_counts.csv')
def test_real_tables():
    """Oracle: rtfm.md. 1900 videos of UCF-Crime, 50 of them listed twice
    with the same count; 437 of ShanghaiTech."""
    folder = SHARED / 'annotations'
    table = folder / 'ucf_crime/frame_counts.csv'
    assert len(table.read_text().split()) == 1 + 1900 + 50
    assert len(read_frame_counts(table)) == 1900
    assert (
        len(read_frame_counts(folder / 'shanghaitech/frame_counts.csv')) == 437
    )
