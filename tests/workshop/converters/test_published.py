"""Reading published lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtfm_mmaction.workshop.converters.published import (
    parse_intervals,
    read_records,
    video_name,
)

PLAIN = b'a.mp4 1 2\nB.b__#1_label_A\nc/d\\e.avi 3\n'


@pytest.mark.parametrize(
    'content',
    [
        PLAIN,
        PLAIN.rstrip(b'\n'),
        PLAIN.replace(b'\n', b'\r\n'),
        PLAIN.replace(b'\n', b'  \t\n'),
        PLAIN.replace(b'\n', b'\n\n \r\n'),
        PLAIN.replace(b' ', b'\t  '),
        b'\xef\xbb\xbf' + PLAIN,
    ],
    ids=[
        'plain',
        'no end',
        'CRLF',
        'blanks',
        'empty lines',
        'tabs',
        'byte order mark',
    ],
)
def test_ends_and_blanks_make_no_difference(tmp_path, content):
    """Oracle: the plain file."""
    path = tmp_path / 'list.txt'
    path.write_bytes(content)
    records = read_records(path)
    assert [(name, record.fields) for name, record in records.items()] == [
        ('a', ['1', '2']),
        ('B.b__#1_label_A', []),
        ('e', ['3']),
    ]
    assert records['a'].where == f'{path}:1'


def test_lines_are_counted_as_an_editor_does(tmp_path):
    """Empty lines count; characters of a name that are no line end do not."""
    path = tmp_path / 'list.txt'
    path.write_bytes('\r\nein\u2028er\r\n\r\nzwei\r\n'.encode())
    assert read_records(path)['zwei'].where == f'{path}:4'


@pytest.mark.parametrize(
    'path, name',
    [
        ('Abuse/Abuse001_x264.mp4', 'Abuse001_x264'),
        (
            'City.of.God.2002__#01-24-10_label_B2-0-0',
            'City.of.God.2002__#01-24-10_label_B2-0-0',
        ),
        ('v=U6MC8JJJZSY__#1_label_G-0-0.mp4', 'v=U6MC8JJJZSY__#1_label_G-0-0'),
        ('D:\\videos\\a.b.MKV', 'a.b'),
        ('.mp4', '.mp4'),
    ],
)
def test_only_what_is_an_extension_is_stripped(path, name):
    """Oracle: names as the data sets have them."""
    assert video_name(path) == name


def test_same_video_twice(tmp_path):
    """In one list, or in two that must be apart."""
    path, other = tmp_path / 'list.txt', tmp_path / 'other.txt'
    path.write_text('a\nb\n\nx/a.mp4')
    with pytest.raises(
        ValueError, match=f"^{path}:4: found video 'a' again.*{path}:1"
    ):
        read_records(path)
    path.write_text('a\nb')
    other.write_text('c\nb')
    with pytest.raises(ValueError, match=f"^{other}:2: .*'b'.*{path}:2"):
        read_records(other, read_records(path))


@pytest.mark.parametrize(
    'content, message',
    [
        (b'', 'expected one video a line, found none'),
        (b' \r\n\n', 'expected one video a line, found none'),
        (b'\x93NUMPY\x01', 'expected UTF-8 text'),
    ],
)
def test_files_that_are_no_list(tmp_path, content, message):
    """Oracle: one error with the file's name."""
    path = tmp_path / 'list.txt'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f'{path}: {message}'):
        read_records(path)
    with pytest.raises(FileNotFoundError, match='no.txt: .*found none'):
        read_records(tmp_path / 'no.txt')
    with pytest.raises(FileNotFoundError, match='found a folder'):
        read_records(tmp_path)


@given(st.lists(st.integers(1, 9), min_size=2), st.booleans())
def test_both_conventions_mark_the_same_frames(steps, one_based):
    """Oracle: brute force over frame numbers as the convention counts them."""
    points = [sum(steps[: index + 1]) for index in range(len(steps))]
    points = points[: len(points) // 2 * 2]
    fields = [str(point) for point in points]
    found = parse_intervals(fields, 'list:1', one_based)
    marked = {frame for start, end in found for frame in range(start, end)}
    expected = set()
    for start, end in zip(points[::2], points[1::2]):
        for frame in range(start, end + one_based):
            expected.add(frame - one_based)
    assert marked == expected


@pytest.mark.parametrize(
    'text, one_based, message',
    [
        ('', True, "in pairs of start and end, found ''"),
        ('5', True, "in pairs of start and end, found '5'"),
        ('5 9 12', True, "in pairs .*found '5 9 12'"),
        ('5 9.0', True, "in pairs .*found '5 9.0'"),
        ('5 x', False, "in pairs .*found '5 x'"),
        ('5 1_0', False, "in pairs .*found '5 1_0'"),
        ('5 +9', False, r"in pairs .*found '5 \+9'"),
        ('5 9 x y', False, "in pairs .*found '5 9 x y'"),
        ('0 9', True, "counted from 1, found 0 9 in '0 9'"),
        ('-1 9', False, 'counted from 0, found -1 9'),
        ('9 8', True, 'found 9 8'),
        ('9 9', False, 'found 9 9'),
        ('5 9 9 12', True, "found 9 12 in '5 9 9 12'"),
        ('5 9 8 12', False, 'found 8 12'),
        ('20 30 1 5', False, 'found 1 5'),
    ],
)
def test_malformed_intervals_name_the_line(text, one_based, message):
    """Oracle: one ValueError; an interval of one frame is 9 9 with its end
    included and 9 10 without."""
    with pytest.raises(ValueError, match=f'^list:7: expected .*{message}'):
        parse_intervals(text.split(), 'list:7', one_based)
    assert parse_intervals(['9', '9'], '', True) == [[8, 9]]
    assert parse_intervals(['9', '10'], '', False) == [[9, 10]]
