"""Verdicts as they are read; what the page saves is tested in
``tests/visualization/test_verdicts_page.py``."""

import json

import pytest

from rtfm_mmaction.apis.verdicts import FORMAT, Verdict, read_verdicts

WRONG = dict(
    video='cam',
    source='v/cam.mp4',
    start=12,
    end=19.25,
    verdict='wrong',
    note='a bird',
)


def write(path, *verdicts, **more):
    content = dict(
        {'format': FORMAT, 'detector': 'ab12', 'verdicts': verdicts}, **more
    )
    path.write_text(json.dumps(content))
    return path


def test_verdicts_are_read(tmp_path):
    """Oracle: what was written; stretches may meet, and other videos overlap."""
    right = dict(WRONG, start=19.25, end=20, verdict='right', note='')
    other = dict(WRONG, video='door', source=None)
    assert read_verdicts(
        write(tmp_path / 'v.json', right, WRONG, other, detector=None)
    ) == [
        Verdict('cam', 'v/cam.mp4', 19.25, 20.0, True, ''),
        Verdict('cam', 'v/cam.mp4', 12.0, 19.25, False, 'a bird'),
        Verdict('door', None, 12.0, 19.25, False, 'a bird'),
    ]
    assert read_verdicts(write(tmp_path / 'v.json')) == []


@pytest.mark.parametrize(
    'change, words',
    [
        (dict(start=19.25), r'0 <= start < end, .* found 19.25 and 19.25'),
        (dict(start=-1), 'found -1 and 19.25'),
        (dict(end=float('nan')), 'found 12 and nan'),
        (dict(end=10**400), 'found 12 and inf'),
        (dict(end=True), "end: expected a number, found 'True'"),
        (dict(end='19'), "end: expected a number, found '19'"),
        (dict(video=''), 'video: expected a name, found none'),
        (dict(video=7), "video: expected text, found '7'"),
        (dict(source=7), "source: expected text or null, found '7'"),
        (dict(note=None), "note: expected text, found 'None'"),
        (dict(verdict='Right'), "expected one of right, wrong, found 'Right'"),
        (dict(when='now'), "video, source, .* found an unknown key 'when'"),
    ],
)
def test_what_is_odd_is_said(tmp_path, change, words):
    """Property: a sentence with the file, the verdict and the key."""
    path = write(tmp_path / 'v.json', {**WRONG, 'video': 'a'}, WRONG | change)
    with pytest.raises(ValueError, match=rf'v.json: verdicts\[1\].*{words}'):
        read_verdicts(path)


@pytest.mark.parametrize(
    'text, words',
    [
        ('', 'expected JSON'),
        ('[1]', "expected verdicts .* of the format '.*/1', found '.1.'"),
        ('{"scores": [1]}', "found 'None'"),
        (f'{{"format": "{FORMAT}"}}', "keys .*, found no 'detector'"),
        (
            f'{{"format": "{FORMAT}", "detector": 1, "verdicts": []}}',
            "detector: expected text or null, found '1'",
        ),
        (
            f'{{"format": "{FORMAT}", "detector": null, "verdicts": {{}}}}',
            "verdicts: expected a list, found '{}'",
        ),
        (
            f'{{"format": "{FORMAT}", "detector": null, "verdicts": [3]}}',
            r"verdicts\[0\]: expected an object, found '3'",
        ),
        (
            f'{{"format": "{FORMAT}", "detector": null, "detector": null}}',
            "key 'detector' twice",
        ),
    ],
)
def test_other_files_are_refused(tmp_path, text, words):
    """Property: a sentence with the file."""
    (tmp_path / 'v.json').write_text(text)
    with pytest.raises(ValueError, match=f'v.json: .*{words}'):
        read_verdicts(tmp_path / 'v.json')
    with pytest.raises(FileNotFoundError, match='expected verdicts'):
        read_verdicts(tmp_path / 'none.json')


def test_two_verdicts_on_one_moment_are_refused(tmp_path):
    """Property: names the video and both stretches, in whatever order."""
    path = write(tmp_path / 'v.json', WRONG, dict(WRONG, start=3, end=12.5))
    with pytest.raises(
        ValueError, match=r'cam: .* overlap, 3 to 12.5 s and 12 to 19.25 s'
    ):
        read_verdicts(path)
