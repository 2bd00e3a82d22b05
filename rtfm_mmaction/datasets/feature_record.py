"""What the features of a data set were made with.

Extraction writes its settings into a side-car beside each file of features;
training gathers those of its videos into one record, which its checkpoints
hold; whoever uses a checkpoint compares. A record is plain JSON::

    {"channels": 1024, "crops": 10, "snippet_len": 16,
     "layout": {"name": "{video}.npy", "axes": "TNC", ...},
     "streams": ["features"],
     "settings": {"backbone": {...}, "weights_sha256": "…", ...} or null,
     "weights": {"file": "i3d.pth", "checkpoint": "checkpoints/i3d.pth"}}

Frames of a snippet follow one another: there is no step between them.
"""

from dataclasses import asdict
from pathlib import Path
from typing import (
    Any,
    Dict,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from ..io.reading import read_json
from .feature_layouts import FeatureLayout, get_layout

# Settings that change which snippets there are, or digits of features, but
# not what a feature means: told, and no reason to refuse.
HARMLESS = ('dtype', 'tail', 'still')
NAMES = dict(weights_sha256='weights')
# Differences that a sentence names.
SHOWN = 4


class FeatureRecord(NamedTuple):
    """What features were made with; None of what is not known.

    Attributes:
        channels (int): C of all streams.
        crops (int): N.
        snippet_len (int): Frames of a snippet.
        layout (FeatureLayout): Of the files of the stream 'features'.
        streams (tuple[str, ...]): Names of the streams, in their order.
        settings (dict, optional): The extractor's, see
            :mod:`rtfm_mmaction.extraction.sidecar`.
        weights (dict, optional): ``file``, the name of the extractor's
            weights, and, where it is known, ``checkpoint`` and ``prefix`` of
            its ``init_cfg``; ``kept`` where a detector's folder has them.
    """

    channels: int
    crops: int
    snippet_len: int
    layout: FeatureLayout = get_layout('packed')
    streams: Tuple[str, ...] = ('features',)
    settings: Optional[Dict[str, Any]] = None
    weights: Optional[Dict[str, str]] = None

    def to_dict(self) -> Dict[str, Any]:
        """Turn it into plain values for JSON."""
        return dict(
            self._asdict(),
            layout=asdict(self.layout),
            streams=list(self.streams),
        )

    @classmethod
    def of(cls, content: Any) -> 'FeatureRecord':
        """Read what :meth:`to_dict` gives.

        Args:
            content (dict): Out of a checkpoint, of whoever made it.

        Returns:
            FeatureRecord: The same.

        Raises:
            ValueError: If it is no such dict; names the key.
        """
        _require(content, dict, 'a record of features')
        for key in ('channels', 'crops', 'snippet_len'):
            value = _require(content.get(key), int, key)
            if value < 1:
                raise ValueError(f'{key}: expected 1 or more, found {value}')
        streams = _require(content.get('streams'), list, 'streams')
        layout = get_layout(_require(content.get('layout'), dict, 'layout'))
        for key in ('settings', 'weights'):
            if content.get(key) is not None:
                _require(content[key], dict, key)
        return cls(
            content['channels'],
            content['crops'],
            content['snippet_len'],
            layout,
            tuple(_require(name, str, 'streams') for name in streams),
            content.get('settings'),
            content.get('weights'),
        )


def _require(value: Any, kind: type, name: str) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(
            f'{name}: expected {kind.__name__}, found {str(value):.60}'
        )
    return value


def read_made_with(
    path: Union[str, Path],
) -> Tuple[Optional[Dict[str, Any]], Optional[Dict[str, str]]]:
    """Read what a file of features was made with.

    Args:
        path (str or Path): ``DIR/<video>.npy``, local.

    Returns:
        tuple[dict or None, dict or None]: ``settings`` and ``weights`` of a
        :class:`FeatureRecord`; None where its side-car does not say, or there
        is none.
    """
    try:
        record = read_json(
            Path(path).with_suffix('.json'), 'the side-car of features'
        )
        settings, file = record['settings'], record.get('weights_file')
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None, None
    if not isinstance(settings, dict):
        return None, None
    weights = dict(file=str(file or ''))
    if isinstance(record.get('weights'), dict):
        weights.update(record['weights'])
    return settings, weights


def differences(
    expected: Mapping[str, Any], found: Mapping[str, Any]
) -> List[str]:
    """Say in which way features were made in another way.

    Args:
        expected (Mapping): Settings of an extractor.
        found (Mapping): Those of another one.

    Returns:
        list[str]: A phrase for each setting that differs and changes what
        features mean, few of them, the rest counted.

    Examples:
        >>> differences(dict(crops=dict(size=224)), dict(crops=dict(size=32)))
        ['crops.size: expected 224, found 32']
        >>> differences(dict(dtype='fp32'), dict(dtype='bf16'))
        []
    """
    mine, its = dict(_leaves(expected)), dict(_leaves(found))
    phrases = [
        f'{NAMES.get(key, key)}: expected {_short(mine.get(key))}, found '
        f'{_short(its.get(key))}'
        # What the eye knows first: crops before layers of the backbone.
        for key in sorted(
            {*mine, *its}, key=lambda key: (key.startswith('backbone.'), key)
        )
        if key not in HARMLESS and mine.get(key) != its.get(key)
    ]
    more = len(phrases) - SHOWN
    return phrases[:SHOWN] + ([f'{more} more'] if more > 0 else [])


def _leaves(
    settings: Mapping[str, Any], prefix: str = ''
) -> Iterable[Tuple[str, Any]]:
    """Dotted keys and what is under them."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f'{prefix}{key}.')
        else:
            yield f'{prefix}{key}', value


def _short(value: Any) -> str:
    text = 'none' if value is None else str(value)
    return text if len(text) <= 24 else f'{text[:12]}…'


def gather_record(videos: Sequence[Mapping[str, Any]]) -> FeatureRecord:
    """Gather what the features of some videos were made with.

    Args:
        videos (Sequence[Mapping]): Entries of the data list of a
            ``WeakLabelDataset``, at least one.

    Returns:
        FeatureRecord: Without ``settings`` where one of the videos does not
        say them, or where they differ, see :func:`mixed_settings`.
    """
    first = videos[0]
    known = [_made_with(video) for video in videos]
    settings, weights = known[0]
    if settings is None or any(
        other is None or differences(settings, other) for other, _ in known
    ):
        settings = weights = None
    return FeatureRecord(
        first['num_channels'],
        first['num_crops'],
        first['snippet_len'],
        first['feature_layouts']['features'],
        tuple(first['feature_layouts']),
        settings,
        weights,
    )


def mixed_settings(
    videos: Iterable[Mapping[str, Any]],
) -> Optional[Tuple[str, str, List[str]]]:
    """Find two videos whose features were made in different ways.

    Args:
        videos (Iterable[Mapping]): As in :func:`gather_record`.

    Returns:
        tuple[str, str, list[str]], optional: Both videos, and how they
        differ; None where no two are known to.
    """
    first: Optional[Tuple[str, Dict[str, Any]]] = None
    for video in videos:
        settings, _ = _made_with(video)
        if settings is None:
            continue
        if first is None:
            first = video['video'], settings
        found = differences(first[1], settings)
        if found:
            return first[0], video['video'], found
    return None


def _made_with(
    video: Mapping[str, Any],
) -> Tuple[Optional[Dict[str, Any]], Optional[Dict[str, str]]]:
    """Settings and weights of a video's stream 'features', if known."""
    if video.get('store_made_with'):
        return (
            video['store_made_with'].get('settings'),
            video['store_made_with'].get('weights'),
        )
    files = video['feature_files'].get('features')
    if not files or '://' in files[0]:
        return None, None
    return read_made_with(files[0])
