"""Readers of text and makers of names, by whatever hypothesis thinks of.

Oracles: whatever is in a file, a reader gives something of the promised kind,
or one error of the promised kind, in one line that names the file; what was
written is read back.
"""

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    save_annotations,
)
from rtfm_mmaction.extraction.sidecar import VideoFacts, read_video_facts
from rtfm_mmaction.io.frame_counts import read_frame_counts
from rtfm_mmaction.io.names import (
    FEATURES_ROOM,
    MOST_BYTES,
    byte_length,
    printable,
    safe_name,
    short_name,
    unique_names,
)
from rtfm_mmaction.io.reading import parse_json, read_lines, read_text
from rtfm_mmaction.workshop.converters.list_forms import read_list
from rtfm_mmaction.workshop.converters.plain_text import convert_plain_text
from tests.support.small_data import annotation

often = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# What Python can have of a name that the system gives, too.
names = st.text(
    st.characters(exclude_characters='/\0', exclude_categories=('Cs',)),
    min_size=1,
    max_size=300,
)
words = st.text('ab0 1\t"\'|,[]-.#=\r\né\u2028\ufeff/\\', max_size=60)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.fixture(scope='module')
def path():
    """A file of one's own."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / 'given.txt'


def one_sentence(error, path):
    """An error names its file in one line."""
    said = printable(str(error))
    assert str(path) in said
    assert 0 < len(said) < 10_000


def read_or_refuse(reader, path, *others):
    """What a reader gives, or None where it has refused in its own way."""
    try:
        return reader(path)
    except (ValueError, FileNotFoundError) as error:
        one_sentence(error, path)
        return None


@often
@given(content=st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(path, content):
    path.write_bytes(content)
    text = read_or_refuse(read_text, path)
    assert text is None or ('\0' not in text and '\r' not in text)


@often
@given(
    lines=st.lists(words),
    end=st.sampled_from(['\n', '\r\n', '\r']),
    code=st.sampled_from(['utf-8', 'utf-8-sig', 'utf-16']),
)
def test_lines_are_read_back(path, lines, end, code):
    """Whatever ends them, and in each encoding that says what it is."""
    lines = [line.replace('\r', '').replace('\n', '') for line in lines]
    # The first character of a file may be its mark.
    lines = ['first', *lines]
    path.write_bytes(end.join(lines).encode(code))
    assert [line for _, line in read_lines(path)] == [
        line for line in lines if line.strip()
    ]


@often
@given(content=words | st.text(max_size=99))
def test_any_json_is_read_or_refused(content):
    try:
        parse_json(content, 'here.json')
    except ValueError as error:
        one_sentence(error, 'here.json')


@often
@given(content=words | st.binary(max_size=99))
@pytest.mark.parametrize('reader', [read_list, read_frame_counts])
def test_any_list_is_read_or_refused(path, reader, content):
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(data)
    read_or_refuse(reader, path)


line = st.tuples(
    st.sampled_from(['a', 'b.mp4', 'c/d', '"e f"', 'Arson/x.mp4']),
    st.sampled_from(['0', '1', 'normal', 'Arson', '2', '-1', '']),
    st.lists(st.integers(-2, 99), max_size=4),
).map(lambda parts: ' '.join([*parts[:2], *map(str, parts[2])]))


@often
@given(lines=st.lists(line | words, max_size=5))
def test_lists_become_annotations_that_hold_or_are_refused(path, lines):
    """Property: what was not refused can be saved and read."""
    path.write_text('\n'.join(lines), encoding='utf-8')
    train = read_or_refuse(lambda path: convert_plain_text(path)[0], path)
    if train is not None:
        out = path.with_suffix('.json')
        classes = sorted({video['class'] for video in train} - {'Normal'})
        facts = dict(dataset='own', subset='train', classes=classes)
        save_annotations(out, facts, train)
        assert load_annotations(out)[1] == train


@often
@given(st.lists(names, unique=True, min_size=1, max_size=4), st.data())
def test_annotations_are_read_back(path, videos, data):
    path = path.with_suffix('.json')
    entries = []
    for video in videos:
        label = data.draw(st.integers(0, 1))
        start = data.draw(st.integers(0, 50))
        spans = [[start, start + 5]] if label else []
        entries.append(annotation(video, label, 64, spans))
    facts = dict(dataset='small', subset='test')
    try:
        save_annotations(path, facts, entries)
    except ValueError as error:
        one_sentence(error, path)
        return
    assert load_annotations(path) == (facts, entries)


@often
@given(content=plain)
def test_any_annotations_are_read_or_refused(path, content):
    path = path.with_suffix('.json')
    path.write_text(json.dumps(content))
    read_or_refuse(load_annotations, path)


@often
@given(video=plain, options=plain, snippets=st.integers(1, 99))
def test_no_sidecar_raises(path, video, options, snippets):
    """Property: facts, whose note says what was wrong."""
    features = path.with_suffix('.npy')
    sidecar = path.with_suffix('.json')
    for content in (
        video,
        dict(video=video, settings=options),
        dict(
            video=dict(fps=video, frames=options, snippet_ms=video),
            settings=dict(snippet_len=16),
        ),
    ):
        sidecar.write_text(json.dumps(content))
        facts = read_video_facts(features, snippets)
        assert isinstance(facts, VideoFacts)
        if facts.fps == 0 and facts.snippet_len == 0:
            one_sentence(facts.note, sidecar)


@often
@given(content=st.binary(max_size=99))
def test_no_bytes_of_a_sidecar_raise(path, content):
    path.with_suffix('.json').write_bytes(content)
    facts = read_video_facts(path.with_suffix('.npy'), 3)
    one_sentence(facts.note, path.with_suffix('.json'))


@often
@given(st.lists(names, max_size=6))
def test_safe_names_are_names_of_files_and_no_two_the_same(videos):
    taken = set()
    made = [safe_name(video, taken) for video in videos]
    assert len({name.lower() for name in made}) == len(videos)
    for name in made:
        assert '/' not in name and '\0' not in name and name.strip('.')
        assert byte_length(f'{name}_annotated.mp4') <= MOST_BYTES


@often
@given(names)
def test_short_names_fit_and_stay_the_same(video):
    """A name that fits is kept, so that shortening again changes nothing."""
    name = short_name(video)
    assert byte_length(name) <= FEATURES_ROOM
    assert short_name(name) == name
    if byte_length(video) <= FEATURES_ROOM:
        assert name == video


@often
@given(
    st.lists(
        st.tuples(
            st.sampled_from(['', 'a', 'b', 'a/b']),
            st.sampled_from(['x', 'y', 'x.y', '.z', 'X']),
            st.sampled_from(['.mp4', '.avi', '']),
        ),
        unique=True,
        min_size=1,
        max_size=6,
    )
)
def test_unique_names_are_unique_or_refused(parts):
    paths = [Path(folder, stem + suffix) for folder, stem, suffix in parts]
    # Both 'x' + '.y' and 'x.y' + ''.
    paths = list(dict.fromkeys(paths))
    try:
        made = unique_names(paths, str.lower)
    except ValueError as error:
        assert any(str(path) in str(error) for path in paths)
        return
    assert len({name.lower() for name in made}) == len(paths)


@often
@given(st.text())
def test_what_is_printed_obeys_nobody(text):
    """Property: printable in Python's own sense, but for letters joined."""
    shown = printable(text)
    assert not any(
        ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in shown
    )
    assert printable(shown) == shown
    os.fsencode(shown)
