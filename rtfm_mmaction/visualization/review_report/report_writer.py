"""Results and page to one file.

Shapes: T snippets.
"""

import base64
import hashlib
import json
import mimetypes
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union
from urllib.parse import quote

import numpy as np

from ...evaluation.functional.event_counting import count_events
from ...evaluation.functional.events import even_edges
from ...evaluation.functional.smoothing import smooth_scores
from ...io.moments import Moment
from ...io.remote import RemotePath, as_path, local_copy
from ...io.timeline import Timeline
from ...io.writing import whole_file
from .playable import is_playable, write_copy
from .thumbnails import thumbnails

HERE = Path(__file__).parent
# Points of a drawn curve, about twice the pixels that there are for it.
POINTS = 2000
# Thumbnails of a video: of its highest events.
PICTURES = 8
# Bytes of videos in a page: Chromium shows none of 600 MB (as text 800 MB).
MOST_EMBEDDED = 256 * 2**20
# How the page comes by the videos.
VIDEOS = ('link', 'copy', 'embed')
# Of the slider.
THRESHOLDS = [number / 100 for number in range(1, 101)]
# In the order in which they need each other.
SCRIPTS = ('events.js', 'rates.js', 'verdicts.js', 'page.js')


class ReportWriter:
    """Gathers videos, one after another, into a page for people who watch.

    The page needs neither network nor other files but videos. Curves of more
    than 2000 snippets are thinned out by maxima, so that no peak is lost.
    Events are found anew at another threshold; a person's verdicts on them
    are saved as ``verdicts.json``, which ``apis.verdicts`` reads.

    Args:
        path (str or PathLike): ``.html`` file or its address, written whole
            or not at all.
        videos (str): 'link' for links to the files, by their way from the
            page's folder, so that both can be moved together. Browsers do not
            play every codec; the page says so then and shows the thumbnails
            alone. 'copy' for the same, but with a small copy in VP8 beside
            the page of each video that browsers do not play,
            ``<stem>_copy.webm``. 'embed' for a page that holds the files, or
            these copies, themselves, a third larger than they are; from 256
            MB on further ones are linked. Defaults to 'link'.

    Raises:
        ValueError: If ``videos`` is unknown.
    """

    def __init__(
        self,
        path: Union[str, os.PathLike],
        videos: str = 'link',
    ) -> None:
        if videos not in VIDEOS:
            raise ValueError(
                f'report: expected videos to be one of {VIDEOS}, '
                f'found {videos!r}'
            )
        self.path = as_path(path)
        self.videos = videos
        self._entries = []
        self._detectors = set()  # digests; None of what is not known
        self._embedded = 0  # bytes

    def add(self, result: Dict[str, Any], stem: str) -> Optional[Path]:
        """Take a video.

        Args:
            result (dict): As ``AnomalyResult.to_dict`` gives it, with
                ``source`` None of what is no video. By ``label`` and
                ``abnormal_intervals`` the page counts what is found and what
                is a false alarm; by ``crop_boxes``, ``tiles`` and the events'
                ``tile`` it shows where.
            stem (str): Of a file that belongs to the video.

        Returns:
            Path or None: The copy, where one was written that stays.

        Raises:
            OSError: If the video cannot be read, or a copy not be written.
            RuntimeError: See :func:`write_copy`.
        """
        entry = _entry(result)
        self._detectors.add((result.get('made_with') or {}).get('detector'))
        copy = None
        if result['source'] is not None:
            source = as_path(result['source'])
            if self.videos == 'copy' and not is_playable(source):
                source = copy = self.path.parent / f'{stem}_copy.webm'
                _write_copy(copy, result)
            embedded = self.videos == 'embed' and self._embed(entry, result)
            # No browser plays a folder of frames.
            if not embedded and not source.is_dir():
                entry['src'] = _link(source, self.path)
            _add_pictures(entry['events'], result)
        self._entries.append(entry)
        return copy

    def _embed(self, entry: Dict[str, Any], result: Dict[str, Any]) -> bool:
        """Put a video, or a copy that plays, into its entry, if it fits."""
        source = local_copy(as_path(result['source']), 'a video')
        with TemporaryDirectory() as folder:
            if not is_playable(source):
                source = Path(folder, 'copy.webm')
                _write_copy(source, result)
            size = source.stat().st_size
            if self._embedded + size > MOST_EMBEDDED:
                entry['note'] = '; '.join(
                    filter(
                        None,
                        [
                            entry['note'],
                            'linked, as the page holds as many '
                            'videos as browsers can bear',
                        ],
                    )
                )
                return False
            self._embedded += size
            entry['src'] = _data_uri(source)
        return True

    def put_in_order(self, places: Mapping[str, int]) -> None:
        """Sort the videos that were added.

        Args:
            places (Mapping[str, int]): Name -> place, of all of them.
        """
        self._entries.sort(key=lambda entry: places[entry['name']])

    def add_failed(self, name: str, reason: str) -> None:
        """Take a video that could not be scored, or not be drawn.

        Args:
            name (str): Of the video.
            reason (str): What the page says of it, beside what it knows.
        """
        for entry in self._entries:
            if entry['name'] == name:
                entry['note'] = '; '.join(
                    filter(None, [entry['note'], reason])
                )
                return
        self._entries.append(
            dict(
                name=name,
                src=None,
                duration=0,
                peak=None,
                step=1,
                curve=[],
                threshold=None,
                rule=_rule({}),
                events=[],
                known=[],
                label=None,
                abnormal=None,
                source=None,
                note=reason,
            )
        )

    def _report(self) -> Dict[str, Any]:
        """What verdicts are kept by: the detector and the videos."""
        (detector,) = self._detectors if len(self._detectors) == 1 else [None]
        videos = [
            [entry['name'], entry['duration']] for entry in self._entries
        ]
        content = json.dumps([detector, videos])
        return dict(
            key=hashlib.sha256(content.encode()).hexdigest(),
            detector=detector,
        )

    def write(self, facts: Optional[Mapping[str, str]] = None) -> None:
        """Write the page.

        Args:
            facts (Mapping[str, str], optional): What it says below, such as
                the detector and the date. Defaults to None, nothing.

        Raises:
            OSError: If it cannot be written.
        """
        page = (HERE / 'page.html').read_text(encoding='utf-8')
        for name, text in (
            ('STYLE', (HERE / 'page.css').read_text(encoding='utf-8')),
            (
                'SCRIPT',
                '\n'.join(
                    (HERE / name).read_text(encoding='utf-8')
                    for name in SCRIPTS
                ),
            ),
            ('FACTS', _script(dict(facts or {}))),
            ('REPORT', _script(self._report())),
            ('DATA', _script(self._entries)),
        ):
            page = page.replace(f'<!--{name}-->', text)
        with whole_file(self.path) as temporary:
            temporary.write_text(page, encoding='utf-8')


def _script(data: Any) -> str:
    """Data as JSON in which no tag can begin."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text.replace('<', '\\u003c')


def _rule(result: Mapping[str, Any]) -> Dict[str, Any]:
    """What the page needs to find events at another threshold."""
    rule = result.get('rule') or {}
    return dict(
        low=rule.get('low'),
        max_gap=rule.get('max_gap', 0),
        min_length=rule.get('min_length', 0),
    )


def _entry(result: Dict[str, Any]) -> Dict[str, Any]:
    """What the page is told of a video, but for how it looks."""
    scores = np.array(result['scores'], np.float64)
    step = max(-(-len(scores) // POINTS), 1)
    padded = np.pad(scores, (0, -len(scores) % step), constant_values=-1)
    curve = padded.reshape(-1, step)
    highest = curve.argmax(axis=1) + np.arange(len(curve)) * step
    timeline = _timeline(result)
    entry = dict(
        name=result['video'],
        src=None,
        duration=timeline.seconds(result['frames']),
        peak=float(scores.max()),
        step=step * result['seconds_per_snippet'],
        curve=[round(float(score), 4) for score in padded[highest]],
        threshold=result['threshold'],
        rule=_rule(result),
        events=[dict(event) for event in result['events']],
        known=[
            [timeline.seconds(start), timeline.seconds(end)]
            for start, end in result['abnormal_intervals'] or []
        ],
        # Where the label of the whole video is all that is known.
        label=None if result['abnormal_intervals'] else result.get('label'),
        # Of the whole video, however that is known.
        abnormal=1 if result['abnormal_intervals'] else result.get('label'),
        source=result['source'],
        note=result['note'],
    )
    if result.get('tiles') is not None:
        entry['tiles'] = [result['tiles'][index] for index in highest]
        entry['boxes'] = [
            [round(share, 4) for share in box] for box in result['crop_boxes']
        ]
    if step > 1 or _smoothing(result):
        # Of a curve that is not drawn as it is the page cannot tell.
        entry['counts'] = _counts(result, timeline)
    if timeline.edges is not None:
        # Where the points of the curve begin, in place of even steps.
        entry['times'] = [float(edge) for edge in timeline.edges[:-1:step]]
    return entry


def _smoothing(result: Mapping[str, Any]) -> float:
    """Width of the rule's smoothing in seconds."""
    return (result.get('rule') or {}).get('smoothing', 0)


def _counts(result: Mapping[str, Any], timeline: Timeline) -> List[int]:
    """How many events there are at each of the slider's thresholds."""
    length = result['seconds_per_snippet']
    rule = result.get('rule') or {}
    scores = smooth_scores(
        np.array(result['scores'], np.float64),
        _smoothing(result) / length,
        rule.get('smoothing_kind', 'median'),
    )
    edges = timeline.edges
    if edges is None:
        end = timeline.seconds(result['frames'])
        edges = even_edges(len(scores), length, end)
    return count_events([scores], [edges], THRESHOLDS, **_rule(result))


def _timeline(result: Dict[str, Any]) -> Timeline:
    times = result.get('snippet_times')
    return Timeline(
        result['fps'],
        result['frames'],
        result['snippet_len'],
        None if times is None else np.array(times),
    )


def _write_copy(path: Path, result: Dict[str, Any]) -> None:
    timeline = _timeline(result)
    times = None if timeline.edges is None else timeline.frame_times()
    write_copy(path, result['source'], result['fps'], times)


def _add_pictures(
    events: Sequence[Dict[str, Any]], result: Dict[str, Any]
) -> None:
    """Put thumbnails of the highest events into them."""
    highest = sorted(events, key=lambda event: -event['peak'])[:PICTURES]
    timeline = _timeline(result)
    moments = []
    for event in highest:
        frame = int(timeline.frame(event['peak_time']))
        moments.append(Moment(frame, timeline.seconds(frame)))
    pictures = thumbnails(
        result['source'],
        moments,
        result['fps'],
        exact=result.get('clock_jumps', False),
    )
    for event, picture in zip(highest, pictures):
        event['picture'] = picture


def _data_uri(source: Path) -> str:
    kind = mimetypes.guess_type(source.name)[0] or 'video/mp4'
    data = base64.b64encode(source.read_bytes()).decode()
    return f'data:{kind};base64,{data}'


def _link(source: Path, page: Path) -> str:
    """What the player loads, by its way from the page."""
    if isinstance(source, RemotePath):
        beside = source.parent == page.parent
        return quote(source.name) if beside else str(source)
    if isinstance(page, RemotePath):
        return source.resolve().as_uri()
    try:
        relative = os.path.relpath(source.resolve(), page.resolve().parent)
    except ValueError:  # another drive of Windows
        return source.resolve().as_uri()
    return quote(relative.replace(os.sep, '/'))
