"""The folder that a fit leaves: detector, card, curve, report, config."""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from ...engine.detector_record import DetectorRecord
from ...evaluation.functional.alarm_rates import DAY
from ...evaluation.functional.events import even_edges
from ...extraction.tile_boxes import tile_boxes
from ...io.atomic import atomic_path
from ...io.progress import progress_bars
from ...io.video import DEFAULT_FPS
from ...models.long_video import score_in_chunks
from ...visualization.alarm_curve import alarm_figure
from ...visualization.saving import save_figure
from ..detector_folder import keep_extractor, write_detector_folder
from ..digests import digest_of
from ..made_with import MadeWith
from ..result import AnomalyResult
from ..result_files import ResultWriter
from .alarms import RULE, alarm_curve
from .card import CURVE, write_card
from .fit_bags import FittedBags
from .folders import FoundVideo

CARD, CONFIG = 'README.md', 'config.json'


class VideoSource(NamedTuple):
    """Where a training video came from.

    Attributes:
        path (Path, optional): The video; None where features alone are known.
        fps (float): Frames per second.
        frames (int): How many.
        size (tuple[int, int], optional): (W, H) in pixels; None where it is
            not known.
    """

    path: Optional[Path]
    fps: float
    frames: int
    size: Optional[Tuple[int, int]] = None

    def edges(self, snippets: int, snippet_len: int) -> np.ndarray:
        """Find where snippets begin and the video ends.

        Args:
            snippets (int): T.
            snippet_len (int): Frames of a snippet.

        Returns:
            np.ndarray: (T + 1,) in seconds.
        """
        return even_edges(
            snippets, snippet_len / self.fps, self.frames / self.fps
        )


def source_of(video: FoundVideo) -> VideoSource:
    """Tell where a video of the two folders came from.

    Args:
        video (FoundVideo): As its features were made of it.
    """
    return VideoSource(
        video.path,
        video.fps or DEFAULT_FPS,
        video.frames,
        video.size if all(video.size) else None,
    )


def write_output(
    out: Path,
    fitted: FittedBags,
    facts: Dict[str, Any],
    sources: Sequence[VideoSource],
    notes: Sequence[str] = (),
    report_videos: str = 'link',
    with_extractor: bool = False,
    before: Optional[Dict[str, Any]] = None,
) -> List[Path]:
    """Write all files, each whole or not at all, the same ones each time.

    Args:
        out (Path): Folder; made if it is missing.
        fitted (FittedBags): The detector.
        facts (dict): Of :func:`~.facts.facts_of`, and more.
        sources (Sequence[VideoSource]): Of the bags' videos, in their order.
        notes (Sequence[str]): Sentences for the card. Defaults to none.
        report_videos (str): How the page comes by the videos, see
            ``ReportWriter``. Defaults to 'link'.
        with_extractor (bool): Whether the folder also holds the extractor's
            weights. Defaults to False.
        before (dict, optional): Facts of the detector that it takes the place
            of. Defaults to None.

    Returns:
        list[Path]: The files for people: card, curve and report.

    Raises:
        OSError: If the disk is full or refuses.
    """
    assembled = fitted.assemble()
    record = DetectorRecord(assembled.config, fitted.bags.record)
    if with_extractor:
        keep_extractor(out, record)
    write_detector_folder(out, assembled.detector, record, RULE, facts)
    with atomic_path(out / CONFIG) as temporary:
        fitted.config.dump(str(temporary))
    logits, counted = fitted.logits, fitted.bags.counted
    curve = alarm_curve(
        [logits[index] for index in counted],
        fitted.bags.labels[counted],
        [fitted.edges[index] for index in counted],
    )
    alarms = fitted.alarms
    save_figure(
        alarm_figure(
            curve.per_day,
            curve.found,
            (alarms.rate.per_hour * DAY, alarms.found / alarms.abnormal),
            alarms.shown_per_hour * DAY,
        ),
        out / CURVE,
    )
    with atomic_path(out / CARD) as temporary:
        temporary.write_text(
            write_card(fitted, facts, notes, before), encoding='utf-8'
        )
    made_with = MadeWith(digest_of(assembled.detector)).with_features(
        fitted.bags.record.settings
    )
    writer = ResultWriter(out, ['html'], report_videos)
    models = {
        fold: fitted.assemble(folds=[fold]).detector
        for fold in range(fitted.number)
    }
    with progress_bars() as bars:
        videos = np.flatnonzero(fitted.bags.is_video).tolist()
        task = bars.add_task('report', total=len(videos))
        for index in videos:
            scores = score_in_chunks(
                models[int(fitted.folds[index])], fitted.bags.whole(index)
            )
            writer.write(
                _result(fitted, index, sources[index], scores, made_with)
            )
            bars.advance(task)
    writer.finish(
        {},
        dict(
            detector='each video by models that never saw it',
            models=fitted.choice.chosen.name,
        ),
    )
    return [out / CARD, out / CURVE, *writer.files]


def _result(
    fitted: FittedBags,
    index: int,
    source: VideoSource,
    scores: Dict[str, Any],
    made_with: MadeWith,
) -> AnomalyResult:
    bags = fitted.bags
    result = AnomalyResult(
        video=bags.videos[index],
        source=None if source.path is None else str(source.path),
        is_video=source.path is not None,
        fps=source.fps,
        frames=source.frames,
        snippet_len=bags.snippet_len,
        threshold=RULE.high,
        rule=RULE,
        made_with=made_with,
        label=int(bags.labels[index]),
        abnormal_intervals=bags.intervals[index],
        crop_boxes=tile_boxes(bags.record.settings, bags.crops),
        frame_size=source.size,
        **scores,
    )
    result.events = RULE.find(
        result.scores,
        result.seconds_per_snippet,
        result.duration,
        scores['logits'],
    )
    return result
