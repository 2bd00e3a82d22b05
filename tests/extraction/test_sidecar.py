"""What side-cars say of a video's time, whatever they hold (faults.md, C9)."""

import json
import re

import pytest

from rtfm_mmaction.extraction.sidecar import VideoFacts, read_video_facts

GOOD = dict(video=dict(frames=180, fps=12.5), settings=dict(snippet_len=16))


def facts(folder, text, snippets=11):
    (folder / 'v.json').write_text(text, encoding='utf-8')
    return read_video_facts(folder / 'v.npy', snippets)


def test_a_sound_sidecar(tmp_path):
    """Oracle: what stands in it; 180 frames are 11 snippets and 4 frames.
    Zeros are what extraction writes of a source that does not say."""
    settings = GOOD['settings']
    assert facts(tmp_path, json.dumps(GOOD)) == (
        *(12.5, 180, 16, ''),
        *(None, settings),
    )
    zeros = json.dumps(dict(GOOD, video=dict(frames=0, fps=0)))
    assert facts(tmp_path, zeros) == (0.0, 0, 16, '', None, settings)


def test_times_and_notes(tmp_path):
    """Oracle: by hand; milliseconds of three snippets, added up."""
    video = dict(GOOD['video'], frames=50, snippet_ms=[640, 1000, 5])
    video['notes'] = ['2 damaged frames were passed over', 'it varies']
    found = facts(tmp_path, json.dumps(dict(GOOD, video=video)), 3)
    assert found.note == '2 damaged frames were passed over; it varies'
    assert found.snippet_times.tolist() == [0, 0.64, 1.64, 1.645]


def test_none_is_no_fault(tmp_path):
    """Features of others have none."""
    assert read_video_facts(tmp_path / 'v.npy', 11) == VideoFacts()


@pytest.mark.parametrize(
    'old, new, found',
    [
        ('180', 'Infinity', 'video.frames: .*found inf'),
        ('180', '1e13', r'video.frames: .*found 10000000000000.0'),
        ('180', str(10**13), 'video.frames: .*T = 11 .*found 10000000000000'),
        ('180', str(10**4000), 'video.frames: .*found 1000.*…'),
        ('180', '9' * 5000, 'v.json: expected JSON'),
        ('180', '-5', 'video.frames: .*found -5'),
        ('180', '"180"', "video.frames: .*found '180'"),
        ('180', 'true', 'video.frames: .*found True'),
        ('180', '95', 'video.frames: .*T = 11 snippets of 16 .*found 95'),
        ('12.5', '1e-300', 'video.fps: .*found 1e-300'),
        ('12.5', 'NaN', 'video.fps: .*found nan'),
        ('12.5', '-25', 'video.fps: .*found -25'),
        ('12.5', str(10**400), 'video.fps: .*found 1000'),
        ('12.5', 'null', 'video.fps: .*found None'),
        (' 16', '0', 'settings.snippet_len: .*found 0'),
        (' 16', '1e400', 'settings.snippet_len: .*found inf'),
        ('{"frames": 180, "fps": 12.5}', '7', 'expected video.fps'),
        ('"settings"', '"x"', 'expected video.fps'),
        ('12.5', '12.5, "notes": "a"', "video.notes: .*found 'a'"),
        ('12.5', '12.5, "notes": [7]', r'video.notes: .*found \[7\]'),
        ('12.5', '12.5, "snippet_ms": 5', 'video.snippet_ms: .*found 5'),
        ('12.5', '12.5, "snippet_ms": [5]', 'snippet_ms: .*T = 11 snippets'),
        (
            '12.5',
            f'12.5, "snippet_ms": {[5] * 10 + [-1]}',
            'snippet_ms: .*T = 11 snippets',
        ),
        (
            '12.5',
            f'12.5, "snippet_ms": {[5] * 10 + [10**30]}',
            'snippet_ms: .*T = 11 snippets',
        ),
        (
            '12.5',
            f'12.5, "snippet_ms": {[5] * 10 + [0.5]}',
            'snippet_ms: .*T = 11 snippets',
        ),
    ],
)
def test_one_that_cannot_be(tmp_path, old, new, found):
    """Oracle: a person's reading; one note that names file and key, nothing
    raised and nothing taken."""
    text = json.dumps(GOOD).replace(old, new)
    assert text != json.dumps(GOOD)
    *found_facts, note, times, settings = facts(tmp_path, text)
    assert found_facts == [0.0, 0, 0] and times is settings is None
    assert note.startswith(f'{tmp_path}/v.json: ')
    assert note.endswith('; its times are not used') and len(note) < 400
    assert re.search(found, note), note


@pytest.mark.parametrize('text', ['[' * 200_000, '{"a":' * 200_000, '', '[]'])
def test_one_that_is_something_else(tmp_path, text):
    """Nesting that ends Python's stack, nothing, and a list."""
    assert 'v.json: expected' in facts(tmp_path, text).note
