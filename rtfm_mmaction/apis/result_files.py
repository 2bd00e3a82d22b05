"""The files that results become: for programs, for tables, for people."""

import csv
import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, Union

from ..extraction.tile_boxes import pixels
from ..io.names import safe_name, spreadsheet_cell
from ..io.remote import RemotePath, as_path, check_storable
from ..io.shards import Shard
from ..io.writing import whole_file
from ..version import __version__
from ..visualization.annotated_video import write_annotated
from ..visualization.review_report import ReportWriter
from .exchange.activitynet import activitynet_results
from .exchange.label_studio import LABELING_CONFIG, label_studio_tasks
from .exchange.marks import marks_of_result
from .exchange.webvtt import webvtt_chapters
from .result import AnomalyResult

# What is written for people and programs.
USUAL_FORMATS = ('json', 'csv', 'plot', 'html')
# What can be written; 'video' is the annotated one, which takes its time.
FORMATS = (*USUAL_FORMATS, 'video', 'activitynet', 'label-studio', 'webvtt')
# What is written of each video, and not of all of them.
OF_EACH = ('json', 'plot', 'video', 'webvtt')
# Of all videos: these and their endings.
EVENTS, REPORT = 'events', 'report'
COLUMNS = (
    'video',
    'event',
    'start',
    'end',
    'start_frame',
    'end_frame',
    'peak',
    'peak_time',
    'tile',
    'x',
    'y',
    'width',
    'height',
)


class ResultWriter:
    """Writes the files of a run, each whole or not at all.

    ``<video>.json``, ``<video>.png`` and ``<video>_annotated.mp4`` of each
    video at once; at the end ``events.csv`` of all, times in seconds, frames
    [start, end), names of videos so that spreadsheets compute nothing of
    them, and ``report.html``, the page to look at. Of features of tiles
    ``events.csv`` says the one of the highest score at the event's peak,
    ``tile``, counted from 0, row by row, and where the size of frames is
    known its place in pixels of the video, ``x``, ``y``, ``width`` and
    ``height``; these are empty of all others. Of a shard they are called
    ``events-2-of-8.csv`` and ``report-2-of-8.html``. For other tools there are
    ``events.activitynet.json``, ``events.label-studio.json`` with
    ``label-studio.xml``, the interface of its project, and ``<video>.vtt``,
    see :mod:`.exchange`.

    Args:
        out (str or Path): Folder, which is made if it is missing, or an
            address of :mod:`~rtfm_mmaction.io.remote`.
        formats (Sequence[str]): Of :data:`FORMATS`.
        report_videos (str): How the page comes by videos, see
            :class:`ReportWriter`. Defaults to 'link'.
        videos (Sequence[str]): Names of all videos of the run, by whose order
            files are told apart that would be called the same. Defaults to
            none: by the order of writing.
        shard (Shard, optional): Which of them come here. Defaults to None:
            all.

    Attributes:
        out (Path): As given.
        formats (set[str]): As given.
        videos (tuple[str, ...]): As given.
        files (list[Path]): What was written up to now.
        events (Path): The table.
        report (Path): The page.

    Raises:
        RemoteError: If the address takes no files.
        ValueError: If a format, or a way to come by videos, is unknown.
    """

    def __init__(
        self,
        out: Union[str, Path],
        formats: Sequence[str],
        report_videos: str = 'link',
        videos: Sequence[str] = (),
        shard: Optional[Shard] = None,
    ) -> None:
        unknown = sorted(set(formats) - set(FORMATS))
        if unknown:
            raise ValueError(
                f'formats: expected some of {", ".join(FORMATS)},'
                f' found {", ".join(unknown)}'
            )
        self.out = as_path(out)
        # Before hours of scoring.
        if isinstance(self.out, RemotePath):
            check_storable(self.out)
        else:
            if self.out.exists() and not self.out.is_dir():
                raise ValueError(
                    f'{out}: expected a folder for results, found a file'
                )
            self.out.mkdir(parents=True, exist_ok=True)
        self.formats = set(formats)
        self.videos = tuple(videos)
        self.files: List[Path] = []
        part = '' if shard is None else f'-{shard.stem}'
        self.events = self.out / f'{EVENTS}{part}.csv'
        self.report = self.out / f'{REPORT}{part}.html'
        self._results: List[AnomalyResult] = []
        self._others = {
            kind: f'{self.events.stem}.{kind}'
            for kind in ('activitynet', 'label-studio')
        }
        self._taken: Set[str] = {EVENTS, *self._others.values()}
        self._names = {
            video: safe_name(video, self._taken) for video in videos
        }
        self._report: Optional[ReportWriter] = None
        report = ReportWriter(self.report, report_videos)
        if 'html' in self.formats:
            self._report = report

    def write(self, result: AnomalyResult) -> List[Path]:
        """Write what belongs to one video.

        Args:
            result (AnomalyResult): The video's.

        Returns:
            list[Path]: The files.

        Raises:
            OSError: If one cannot be written.
            RuntimeError: If a video cannot be encoded.
            ValueError: If a video has no frames.
        """
        # A day's takes seconds to make.
        content = self._content(result)
        before = len(self.files)
        try:
            self._write_own(result, content)
        finally:
            # What cannot be drawn was scored all the same.
            self._gather(result, content, self._name(result.video))
        return self.files[before:]

    def write_own(self, result: AnomalyResult) -> List[Path]:
        """Write what belongs to one video, of which another writer tells.

        Args:
            result (AnomalyResult): The video's.

        Returns:
            list[Path]: The files.

        Raises:
            OSError, RuntimeError, ValueError: See :meth:`write`.
        """
        before = len(self.files)
        self._write_own(result, self._content(result))
        return self.files[before:]

    def _content(self, result: AnomalyResult) -> Dict[str, Any]:
        return result.to_dict() if self.formats & {'json', 'html'} else {}

    def _write_own(
        self, result: AnomalyResult, content: Dict[str, Any]
    ) -> None:
        name = self._name(result.video)
        if 'json' in self.formats:
            self._write_text(
                f'{name}.json',
                json.dumps(content, ensure_ascii=False, allow_nan=False)
                + '\n',
            )
        if 'webvtt' in self.formats:
            self._write_text(
                f'{name}.vtt', webvtt_chapters(marks_of_result(result))
            )
        spans = [(event.start, event.end) for event in result.events]
        if 'plot' in self.formats:
            # It takes half a second to import what draws.
            from ..visualization.event_curve import event_figure
            from ..visualization.saving import save_figure

            seconds = result.timeline.seconds
            known = [
                (seconds(start), seconds(end))
                for start, end in result.abnormal_intervals or []
            ]
            figure = event_figure(
                result.video,
                result.scores,
                result.edges,
                spans,
                result.threshold,
                known,
            )
            save_figure(figure, self.out / f'{name}.png')
            self.files.append(self.out / f'{name}.png')
        if 'video' in self.formats and result.is_video:
            path = self.out / f'{name}_annotated.mp4'
            times = None
            if result.snippet_times is not None:
                times = result.timeline.frame_times()
            write_annotated(
                path,
                str(result.source),
                result.frame_scores,
                result.fps,
                spans,
                times,
                None if result.tiles is None else result.box_at,
            )
            self.files.append(path)

    def there(self, video: str, is_video: bool) -> Optional[Path]:
        """Find what an earlier run has written of a video.

        Args:
            video (str): Its name.
            is_video (bool): Whether it can be played.

        Returns:
            Path or None: Its JSON file; None where that, or another file that
            this run would write of it, is missing.
        """
        name = self._name(video)
        files = dict(
            json=f'{name}.json', plot=f'{name}.png', webvtt=f'{name}.vtt'
        )
        if is_video:
            files['video'] = f'{name}_annotated.mp4'
        wanted = [files[kind] for kind in files if kind in self.formats]
        if 'json' not in self.formats or not all(
            (self.out / file).is_file() for file in wanted
        ):
            return None
        return self.out / files['json']

    def take(self, result: AnomalyResult) -> None:
        """Take a video whose own files somebody else has written.

        Args:
            result (AnomalyResult): The video's.

        Raises:
            OSError: If a copy for the page cannot be written.
            RuntimeError: If a video cannot be encoded.
        """
        self._gather(result, self._content(result), self._name(result.video))

    def _name(self, video: str) -> str:
        """What files of a video are called by."""
        if video not in self._names:
            self._names[video] = safe_name(video, self._taken)
        return self._names[video]

    def _gather(
        self, result: AnomalyResult, content: Dict[str, Any], name: str
    ) -> None:
        """Keep a video for table and page."""
        self._results.append(result)
        if self._report is not None:
            if not result.is_video:
                content['source'] = None
            copy = self._report.add(content, name)
            if copy is not None:
                self.files.append(copy)

    def finish(
        self,
        failed: Dict[str, str],
        facts: Optional[Mapping[str, str]] = None,
    ) -> None:
        """Write what belongs to all videos.

        Args:
            failed (dict[str, str]): Name and reason of those that could not
                be scored or drawn.
            facts (Mapping[str, str], optional): What the page says of how it
                was made. Defaults to None, nothing.

        Raises:
            OSError: If it cannot be written.
        """
        if not (self._results or failed):
            return
        # Several workers score in no order.
        places = {video: place for place, video in enumerate(self._names)}
        self._results.sort(key=lambda result: places[result.video])
        if self._report is not None:
            self._report.put_in_order(places)
            for name, reason in failed.items():
                self._report.add_failed(name, reason)
            self._report.write(facts)
            self.files.append(self.report)
        if 'csv' in self.formats:
            with whole_file(self.events) as temporary:
                with open(temporary, 'w', newline='', encoding='utf-8') as f:
                    table = csv.writer(f)
                    table.writerow(COLUMNS)
                    for result in self._results:
                        table.writerows(_rows(result))
            self.files.append(self.events)
        self._write_for_others()

    def _write_for_others(self) -> None:
        """What annotation tools read, of all videos."""
        videos = [marks_of_result(result) for result in self._results]
        made_with = f'rtfm_mmaction {__version__}'
        if 'activitynet' in self.formats:
            content: Any = activitynet_results(videos, made_with)
            self._write_json('activitynet', content)
        if 'label-studio' in self.formats:
            content = label_studio_tasks(videos, made_with)
            self._write_json('label-studio', content)
            self._write_text('label-studio.xml', LABELING_CONFIG)

    def _write_json(self, kind: str, content: Any) -> None:
        self._write_text(
            f'{self._others[kind]}.json',
            json.dumps(content, ensure_ascii=False, indent=1) + '\n',
        )

    def _write_text(self, name: str, text: str) -> None:
        with whole_file(self.out / name) as temporary:
            temporary.write_text(text, encoding='utf-8')
        self.files.append(self.out / name)


def _rows(result: AnomalyResult) -> List[Sequence[object]]:
    """Lines of the table, of one video."""
    return [
        (
            spreadsheet_cell(result.video),
            number,
            f'{event.start:.3f}',
            f'{event.end:.3f}',
            round(result.timeline.frame(event.start)),
            round(result.timeline.frame(event.end)),
            f'{event.peak:.6g}',
            f'{event.peak_time:.3f}',
            *_place(result, result.timeline.frame(event.peak_time)),
        )
        for number, event in enumerate(result.events)
    ]


def _place(result: AnomalyResult, frame: float) -> Sequence[object]:
    """Tile and its pixels at a moment, empty where they are not known."""
    tile, box = result.tile_at(frame), result.box_at(frame)
    if tile is None or box is None:
        return [''] * 5
    if result.frame_size is None:
        return [tile, *[''] * 4]
    left, top, right, bottom = pixels(box, result.frame_size)
    return [tile, left, top, right - left, bottom - top]
