"""Weights from files and addresses, and networks without them."""

import hashlib

import numpy as np
import pytest

from rtfm_mmaction.extraction import build_extractor
from rtfm_mmaction.io.fetching import fetch_weights
from tests.support.tiny import make_video, make_weights, tiny_config
from tests.support.web import serve


@pytest.fixture
def zoo(tmp_path, monkeypatch):
    """A folder as a model zoo at an address; torch's cache elsewhere."""
    monkeypatch.setenv('TORCH_HOME', str(tmp_path / 'cache'))
    (tmp_path / 'zoo').mkdir()
    with serve(tmp_path / 'zoo') as address:
        yield tmp_path, address


def publish(folder, digits=8):
    """Put weights into the zoo, named as mmaction2 names its files."""
    content = make_weights(folder / 'w.pth').read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:digits]
    path = folder / 'zoo' / f'tiny_20220812-{digest}.pth'
    path.write_bytes(content)
    return path


def features_of(folder, weights, **kwargs):
    video = make_video(folder / 'a.mp4', 20)
    return build_extractor(tiny_config(weights), **kwargs).extract(video)


def test_weights_by_address_are_those_of_the_file(zoo):
    """Fetched once. Oracle: the same weights as a local file."""
    folder, address = zoo
    path = publish(folder)
    expected = features_of(folder, folder / 'w.pth')
    assert np.array_equal(
        features_of(folder, f'{address}/{path.name}'), expected
    )
    path.unlink()
    assert np.array_equal(
        features_of(folder, f'{address}/{path.name}'), expected
    )


def test_damaged_download_leaves_nothing(zoo):
    """The digits of the name are those of the whole file."""
    folder, address = zoo
    path = publish(folder)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match=r'tiny_.*\.pth: .*fetched whole'):
        fetch_weights(f'{address}/{path.name}')
    assert not list((folder / 'cache').rglob('*.pth*'))


def test_missing_address_is_told(zoo):
    """404, and where nobody answers."""
    folder, address = zoo
    for bad in (f'{address}/none.pth', 'http://127.0.0.1:9/none.pth'):
        with pytest.raises(ValueError, match=r'none\.pth: expected a weights'):
            features_of(folder, bad)


def test_random_weights_are_asked_for_and_repeatable(tmp_path):
    """Without the file, and the same each time.

    Their digest stands in the settings, so that such features never pass for
    others.
    """
    first, second = (
        features_of(tmp_path, 'no.pth', random=True) for _ in range(2)
    )
    assert np.array_equal(first, second) and first.std() > 0
    with pytest.raises(FileNotFoundError, match='no.pth: no such weights'):
        features_of(tmp_path, 'no.pth')
    extractor = build_extractor(tiny_config('no.pth'), random=True)
    other = build_extractor(tiny_config(make_weights(tmp_path / 'w.pth')))
    assert extractor.weights_file == 'random weights, seed 0'
    assert (
        extractor.settings['weights_sha256']
        != other.settings['weights_sha256']
    )
