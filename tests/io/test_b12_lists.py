"""Lists and JSON that others wrote, in any encoding with a mark (B12)."""

import pytest

from rtfm_mmaction.apis.normal_scores import read_normal_scores
from rtfm_mmaction.apis.sources import find_sources
from rtfm_mmaction.datasets.annotations import load_annotations
from rtfm_mmaction.datasets.segment_store import SegmentStore
from rtfm_mmaction.evaluation.predictions import read_predictions
from rtfm_mmaction.evaluation.summary import summarize_results
from rtfm_mmaction.export.metadata import read_facts
from rtfm_mmaction.extraction.sidecar import read_video_facts
from rtfm_mmaction.io.inputs import find_videos
from rtfm_mmaction.io.reading import read_json, read_lines, read_text

TEXT = 'Müll.mp4\r\n\r\n  sub/b 2.mp4 \r\n'
ENCODINGS = ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-be', 'utf-16-le')


def encoded(encoding):
    """Windows writes UTF-16 with a mark, of either order of bytes."""
    mark = {
        'utf-16-be': b'\xfe\xff',
        'utf-16-le': b'\xff\xfe',
    }.get(encoding, b'')
    return mark + TEXT.encode(encoding)


@pytest.fixture
def videos(tmp_path):
    (tmp_path / 'sub').mkdir()
    paths = [tmp_path / 'Müll.mp4', tmp_path / 'sub/b 2.mp4']
    for path in paths:
        path.touch()
    return paths


@pytest.mark.parametrize('encoding', ENCODINGS)
def test_lists_of_videos(tmp_path, videos, encoding):
    """Lists are read alike for extraction and for scoring.

    Oracle: the files by hand, the lines' numbers as an editor has them.
    """
    path = tmp_path / 'list.txt'
    path.write_bytes(encoded(encoding))
    assert find_videos([path]) == videos
    assert [source.value for source in find_sources(path)] == videos
    assert [where for where, _ in read_lines(path)] == [
        f'{path}:1',
        f'{path}:3',
    ]


@pytest.mark.parametrize(
    'content, found',
    [
        (TEXT.encode('latin-1'), "can't decode byte 0xfc"),
        ('中文.mp4'.encode('gbk'), "can't decode byte"),
        ('abc\n'.encode('utf-16-le'), 'bytes of zero'),  # without a mark
        (b'\xff\xfea', 'truncated data'),
    ],
)
def test_other_encodings_are_told(tmp_path, content, found):
    """One error with the file's name, for each tool; nothing is guessed."""
    path = tmp_path / 'list.txt'
    path.write_bytes(content)
    for read in (read_text, find_sources, lambda path: find_videos([path])):
        with pytest.raises(ValueError, match='list.txt: expected UTF-8') as e:
            read(path)
        assert found in str(e.value) and 'save it as UTF-8' in str(e.value)


def test_folders_and_gaps_in_lists(tmp_path, videos):
    """A line may be a folder; a missing one is told by line.

    Oracle: by hand.
    """
    path = tmp_path / 'list.txt'
    path.write_text('sub\nMüll.mp4\nsub/b 2.mp4\n', encoding='utf-8')
    assert find_videos([path]) == videos[::-1]
    path.write_text('\ngone.mp4\n')
    with pytest.raises(FileNotFoundError, match=r'gone.*list\.txt:2\)'):
        find_sources(path)


READERS = [
    load_annotations,
    read_predictions,
    lambda path: summarize_results([path], ['AUC']),
    lambda path: read_normal_scores([path]),
    lambda path: read_json(path, 'anything'),
    lambda path: SegmentStore(path.parent),
]


@pytest.mark.parametrize('read', READERS)
@pytest.mark.parametrize(
    'content', [b'[' * 200_000, b'{"a":' * 200_000, b'', b'\xff', b'9' * 9999]
)
def test_hostile_json_is_one_error(tmp_path, read, content):
    """Brackets beyond Python's depth, no text, a number beyond its digits.

    Oracle: one ValueError with the file's name.
    """
    path = tmp_path / 'index.json'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r'index\.json: expected'):
        read(path)


def test_hostile_json_elsewhere(tmp_path):
    """A side-car's is a note of its video; an exported file's an error.

    Oracle: the words.
    """
    (tmp_path / 'a.json').write_bytes(b'[' * 200_000)
    facts = read_video_facts(tmp_path / 'a.npy', 3)
    assert facts.fps == 0 and 'a.json: expected JSON, found' in facts.note
    metadata = {'rtfm_mmaction': '[' * 200_000}
    with pytest.raises(ValueError, match='b.onnx: expected'):
        read_facts(metadata, 'detector', 'b.onnx')
