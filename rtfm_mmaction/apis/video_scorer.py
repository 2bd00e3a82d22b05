"""From videos to scores and events, whoever scores features.

Nothing here imports torch: the detector may be an exported file.

Shapes: T snippets, N crops, C channels.
"""

from abc import ABC, abstractmethod
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import (
    Any,
    Callable,
    Dict,
    Generator,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
)

import numpy as np

from ..datasets.annotations import load_annotations
from ..datasets.feature_layouts import FeatureLayout, get_layout
from ..datasets.feature_record import FeatureRecord, read_made_with
from ..evaluation.functional.events import EventRule
from ..extraction.clip_extractor import ClipExtractor
from ..extraction.growing_rows import GrowingRows
from ..extraction.passes import Part
from ..extraction.still import check_bound
from ..extraction.tile_boxes import tile_boxes
from ..io.atomic import REFUSALS
from ..io.inputs import Note
from ..io.names import printable
from ..io.printing import say
from ..io.progress import progress_bars
from ..io.remote import remove_copies
from ..io.shards import Shard
from ..io.video import DEFAULT_FPS, MAX_FPS, count_snippets
from ..version import __version__
from .chosen_extractor import choose_extractor
from .earlier_results import read_earlier
from .feature_match import refuse_other_features, untold
from .made_with import MadeWith
from .result import AnomalyResult
from .result_files import USUAL_FORMATS, ResultWriter
from .samples import Sample, doubt_axes, open_source
from .sources import Source, find_sources

# The field's, of features alone.
SNIPPET_LEN = 16
DEFAULT_RULE = dict(high=0.5, max_gap=2.0)


class Scored(NamedTuple):
    """What became of an input.

    Attributes:
        name (str): Its name.
        result (AnomalyResult, optional): None if it could not be scored.
        reason (str): Why it could not be scored, or not be drawn; empty if it
            could.
    """

    name: str
    result: Optional[AnomalyResult]
    reason: str = ''


Engine = Callable[
    [List[Source], Optional[ResultWriter]], Generator[Scored, None, None]
]


class VideoScorer(ABC):
    """What is done around a detector of features: inputs, events, files.

    Videos are read one after another, and passes of the backbone reach across
    their borders.

    Args:
        extractor (str or dict, optional): See :class:`.AnomalyInferencer`.
        device (str): Where detector and backbone run.
        dtype (str, optional): As there.
        rule (dict or EventRule, optional): As there.
        fps (float, optional): As there.
        layout (str or dict, optional): As there.
        annotations (str, optional): As there.
        other_features (bool): As there.
        still (float, optional): As there.

    Attributes:
        model (Any): The detector, of which ``in_channels`` and ``trained_on``
            are read.
        layout (FeatureLayout): How feature files are read.
        pipeline (ClipExtractor, optional): None until it is needed.
        extractor_name (str): What to call it; empty until then.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If a setting is out of its range.
    """

    model: Any
    show_progress: bool
    layout: FeatureLayout
    _detector: MadeWith

    def __init__(
        self,
        extractor: Union[str, Dict[str, Any], None],
        device: str,
        dtype: Optional[str],
        rule: Union[Dict[str, Any], EventRule, None],
        fps: Optional[float],
        layout: Union[str, Mapping, None],
        annotations: Optional[str],
        other_features: bool,
        still: Optional[float],
    ) -> None:
        if fps is not None and not 0 < fps <= MAX_FPS:
            raise ValueError(
                f'fps: expected more than 0 and up to {MAX_FPS}, found {fps}'
            )
        if still is not None:
            check_bound(still)
        self._still = still
        self._said: Set[str] = set()
        self.pipeline: Optional[ClipExtractor] = None
        if not isinstance(rule, EventRule):
            rule = EventRule(**(DEFAULT_RULE if rule is None else rule))
        self.rule = rule
        self.fps = fps
        self._layout = None if layout is None else get_layout(layout)
        self._known: Dict[str, dict] = {}
        if annotations is not None:
            _, entries = load_annotations(annotations)
            self._known = {
                entry['video']: {
                    key: entry[key] for key in ('label', 'abnormal_intervals')
                }
                for entry in entries
            }
        self._extractor = extractor
        self.extractor_name = ''
        self._dtype = dtype
        self._device = device
        self._other_features = other_features

    def _know_detector(
        self, digest: str, layout: Optional[FeatureLayout] = None
    ) -> None:
        """Take in what the detector says, once it is there."""
        self._detector = MadeWith(digest)
        self.trained_on: Optional[FeatureRecord] = self.model.trained_on
        words = untold(self.trained_on, self._file)
        if words:
            say(words)
        self.layout = (
            self._layout
            or layout
            or (self.trained_on and self.trained_on.layout)
            or get_layout('packed')
        )

    @property
    @abstractmethod
    def _file(self) -> str:
        """The detector's."""

    @property
    @abstractmethod
    def scores_only_rank(self) -> bool:
        """Whether the detector's scores say which snippets are higher, and no
        more.
        """

    @abstractmethod
    def _score_features(self, features: Any) -> Dict[str, np.ndarray]:
        """Score (T, N, C): ``scores`` (T,) and what else there is."""

    @property
    def made_with(self) -> MadeWith:
        """What scores of videos are made with."""
        pipeline = self.pipeline
        return self._detector.with_features(
            None if pipeline is None else pipeline.settings
        )

    @property
    def snippet_len(self) -> int:
        """Frames of a snippet, where features do not say it."""
        if self.pipeline is not None:
            return self.pipeline.snippet_len
        return self.trained_on.snippet_len if self.trained_on else SNIPPET_LEN

    def _compare(
        self,
        where: str,
        settings: Optional[Dict[str, Any]],
        crops: Optional[int] = None,
    ) -> None:
        """Refuse features of another make, unless they are insisted on."""
        refuse_other_features(
            self.trained_on,
            where,
            settings,
            crops,
            self._other_features,
            self._say_once,
        )

    def _say_once(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            say(sentence)

    def find_sources(
        self,
        inputs: Any,
        out: Union[str, Path, None] = None,
        note: Note = say,
    ) -> List[Source]:
        """List inputs, with the layout of feature files that holds here.

        Args:
            inputs: See :func:`~rtfm_mmaction.apis.sources.find_sources`.
            out (str or Path, optional): As there.
            note (Callable): As there.

        Returns:
            list[Source]: As there.
        """
        return find_sources(
            inputs, out, note, self.layout, self._layout is not None
        )

    def need_extractor(self, video: Union[str, Path]) -> ClipExtractor:
        """Have the extractor, by what the checkpoint says if none was given.

        Args:
            video (str or Path): What it is needed for, for messages.

        Returns:
            ClipExtractor: Kept for later calls.

        Raises:
            FileNotFoundError: If its weights are missing.
            ValueError: If the checkpoint does not say, or what it says is not
                to be had.
        """
        if self.pipeline is None:
            self.pipeline = self._choose_extractor(str(video))
        return self.pipeline

    def _choose_extractor(self, needed_by: str) -> ClipExtractor:
        self.extractor_name, extractor = choose_extractor(
            self._extractor,
            self.model.trained_on,
            self._file,
            needed_by,
            self._device,
            self._dtype,
            self._other_features,
            self._say_once,
        )
        if self._still is not None:
            extractor.reuse_still(self._still)
        return extractor

    def __call__(
        self,
        inputs: Any,
        return_datasamples: bool = False,
        batch_size: Optional[int] = None,
        out_dir: Union[str, Path, None] = None,
        formats: Sequence[str] = (*USUAL_FORMATS, 'video'),
        report_videos: str = 'link',
        shard: Optional[Shard] = None,
        engine: Optional[Engine] = None,
    ) -> Dict[str, Any]:
        """Score.

        Args:
            inputs: See :meth:`find_sources`.
            return_datasamples (bool): Whether ``predictions`` are
                :class:`AnomalyResult` and not dicts. Defaults to False.
            batch_size (int, optional): Clips of a pass of the backbone, in
                this call alone. Defaults to None, see ``FeatureExtractor``.
            out_dir (str or Path, optional): Folder for files; each video's
                are written as soon as it is scored. Defaults to None: none.
            formats (Sequence[str]): What is written, of ``FORMATS`` of
                :mod:`~rtfm_mmaction.apis.result_files`. Defaults to all but
                what is for other tools.
            report_videos (str): How the report comes by videos, see
                :class:`ReportWriter`. Defaults to 'link'.
            shard (Shard, optional): Which of the inputs are scored here.
                Results of its own that an earlier run has written and that
                would be the same are read and not made again. Defaults to
                None: all are scored.
            engine (Callable, optional): Who scores: gets the sources and the
                writer, if there is one, and gives back of each a
                :class:`Scored`, in any order, written. Defaults to None:
                :meth:`score_each`.

        Returns:
            dict: ``predictions``, a list in the order of the inputs;
            ``visualization``, the files written; ``failed``, name -> why of
            those that could not be scored; ``there``, how many of the
            predictions were read.

        Raises:
            FileNotFoundError: See :func:`find_sources`.
            OSError: If the disk is full or refuses.
            ValueError: As above, or if the features are not the detector's.
        """
        sources = self.find_sources(inputs, out_dir)
        writer = None
        if out_dir is not None:
            writer = ResultWriter(
                out_dir,
                formats,
                report_videos,
                [source.name for source in sources],
                shard,
            )
        if batch_size is not None and batch_size < 1:
            raise ValueError(
                f'batch_size: expected 1 or more, found {batch_size}'
            )
        if shard is not None:
            own = set(shard.share([source.name for source in sources]))
            sources = [source for source in sources if source.name in own]
        order = {source.name: place for place, source in enumerate(sources)}
        failed: Dict[str, str] = {}
        results: List[AnomalyResult] = []
        if shard is not None and writer is not None:
            results += filter(
                None, [self._earlier(source, writer) for source in sources]
            )
        there = {result.video for result in results}
        left = [source for source in sources if source.name not in there]
        try:
            if writer is not None:
                for result in results:
                    writer.take(result)
            with closing(
                self.score_each(left, writer, batch_size)
                if engine is None
                else engine(left, writer)
            ) as scored:
                for one in scored:
                    if one.result is not None:
                        results.append(one.result)
                    if one.reason:
                        failed[one.name] = one.reason
        finally:
            remove_copies()
            # An interrupted run keeps what is there.
            if writer is not None:
                writer.finish(failed, self._facts())
        results.sort(key=lambda result: order[result.video])
        files = writer.files if writer else []
        return dict(
            self.postprocess(results, files, return_datasamples, failed),
            there=len(there),
        )

    def score_each(
        self,
        sources: List[Source],
        writer: Optional[ResultWriter] = None,
        batch_size: Optional[int] = None,
    ) -> Generator[Scored, None, None]:
        """Score sources one after another, and write each as it comes.

        Args:
            sources (list[Source]): Of :meth:`find_sources`.
            writer (ResultWriter, optional): What writes. Defaults to None:
                nothing is written.
            batch_size (int, optional): See :meth:`__call__`.

        Yields:
            Scored: Of each in turn.

        Raises:
            OSError: If the disk is full or refuses.
            ValueError: If the features are not the detector's.
        """
        videos = [source for source in sources if source.kind == 'video']
        if videos:
            self.need_extractor(videos[0].value)
        with (
            self._passes_of(batch_size),
            closing(self.preprocess(sources)) as samples,
        ):
            for source, sample in samples:
                result = None
                try:
                    result = self.forward((source, sample))
                    # Or two videos' features would be in memory.
                    del sample
                    self.visualize([result], writer=writer)
                except (ValueError, RuntimeError, OSError) as error:
                    if getattr(error, 'errno', None) in REFUSALS:
                        raise  # the next video's would meet it as well
                    yield Scored(source.name, result, str(error))
                else:
                    yield Scored(source.name, result)

    def _earlier(
        self, source: Source, writer: ResultWriter
    ) -> Optional[AnomalyResult]:
        """Read what an earlier run has written of an input."""
        is_video = source.kind == 'video'
        path = None
        if source.kind in ('video', 'features'):
            path = writer.there(source.name, is_video)
        if path is None:
            return None
        return read_earlier(
            path,
            source,
            self.made_with_of(source),
            self.rule,
            self.fps,
            self._known.get(source.name, {}),
        )

    def made_with_of(self, source: Source) -> MadeWith:
        """Tell what the scores of an input will be made with.

        Args:
            source (Source): A video, or features.

        Returns:
            MadeWith: Of a video by the extractor, which is made for it.

        Raises:
            FileNotFoundError: See :meth:`need_extractor`.
            ValueError: As there.
        """
        if source.kind == 'video':
            self.need_extractor(source.value)
            return self.made_with
        settings, _ = read_made_with(source.value)
        return self.made_with.with_features(settings)

    def _facts(self) -> Dict[str, str]:
        """What the report says of how it was made."""
        facts = dict(detector=Path(self._file).name)
        if self.pipeline is not None:
            facts['extractor'] = (
                f'{Path(self.extractor_name).name} '
                f'({self.pipeline.weights_file}, '
                f'{self.pipeline.settings["dtype"]})'
            )
        facts['threshold'] = f'{self.rule.high:.6g}'
        facts['made'] = (
            f'{datetime.now():%Y-%m-%d %H:%M} by rtfm_mmaction {__version__}'
        )
        return {key: printable(value) for key, value in facts.items()}

    @contextmanager
    def _passes_of(self, batch_size: Optional[int]) -> Iterator[None]:
        """Let one call have a batch size of its own."""
        if self.pipeline is None or batch_size is None:
            yield
            return
        usual = self.pipeline.batch_size
        self.pipeline.batch_size = batch_size
        try:
            yield
        finally:
            self.pipeline.batch_size = usual

    def preprocess(
        self, inputs: List[Source]
    ) -> Generator[Tuple[Source, Union[Sample, ValueError]], None, None]:
        """Get features, showing progress.

        Args:
            inputs (list[Source]): What to score.

        Yields:
            tuple[Source, Sample or ValueError]: Each in turn.

        Raises:
            ValueError: If there are videos and no extractor, or its features
                are not the detector's.
        """
        videos = [source for source in inputs if source.kind == 'video']
        pipeline = self.need_extractor(videos[0].value) if videos else None
        with ExitStack() as stack:
            progress = stack.enter_context(progress_bars(self.show_progress))
            total = progress.add_task('videos', total=len(inputs))
            current = progress.add_task('', total=None, visible=False)
            groups: Iterator = iter(())
            if pipeline is not None:
                parts: Any = pipeline.stream(
                    [source.value for source in videos], self.fps
                )
                stack.enter_context(closing(parts))
                groups = groupby(parts, attrgetter('path'))
            for source in inputs:
                if source.kind == 'video':
                    progress.reset(
                        current,
                        description=printable(source.name),
                        visible=True,
                    )
                    sample = self._extract(
                        next(groups)[1],
                        lambda total: progress.update(
                            current, total=total, advance=1
                        ),
                    )
                else:
                    sample = open_source(source, self.layout, self._check)
                yield source, sample
                del sample
                progress.advance(total)

    def _extract(
        self, parts: Iterator[Part], advance: Callable[[int], None]
    ) -> Union[Sample, ValueError]:
        """Gather a video's features, up to where it breaks off."""
        rows = GrowingRows()
        pipeline: Any = self.pipeline
        video: Any = None  # until the first part has come
        error: Any = None
        for part in parts:
            if part.kind == 'failed':
                error = part.value
            elif part.kind == 'started':
                video = part.value
            elif part.kind == 'snippet':
                if part.value.shape[-1] != self.model.in_channels:
                    raise ValueError(
                        f'extractor: found C = {part.value.shape[-1]}, '
                        'expected that of the detector, '
                        f'{self.model.in_channels}'
                    )
                rows.append(part.value)
                advance(
                    count_snippets(
                        video.declared, pipeline.snippet_len, pipeline.tail
                    )
                )
        if not len(rows):
            return error
        notes = ([str(error)] if error else []) + video.notes()
        return Sample(
            rows.array,
            video.fps,
            video.frames,
            '; '.join(notes),
            times=video.timing.edges(self.snippet_len, len(rows)),
            clock_jumps=video.timing.jumped,
            settings=pipeline.settings,
            frame_size=video.size if all(video.size) else None,
        )

    def _check(
        self,
        where: str,
        settings: Optional[Dict[str, Any]],
        shape: Tuple[int, ...],
    ) -> None:
        """Refuse features of another make, or of another order of axes."""
        if settings is not None:
            self._compare(where, settings)
            return
        if self._layout is None and not self._other_features:
            doubt_axes(where, shape, self.trained_on and self.trained_on.crops)
        self._compare(where, None, shape[1])

    def forward(
        self, inputs: Tuple[Source, Union[Sample, ValueError]]
    ) -> AnomalyResult:
        """Score a video and find its events.

        Args:
            inputs (tuple[Source, Sample or ValueError]): Of
                :meth:`preprocess`.

        Returns:
            AnomalyResult: In float32.

        Raises:
            ValueError: The one given, or if the features do not fit.
        """
        source, sample = inputs
        if isinstance(sample, ValueError):
            raise sample
        try:
            return self._score(source, sample)
        except ValueError as error:
            if source.kind != 'array' and str(error).startswith(
                str(source.value)
            ):
                raise
            name = source.name if source.kind == 'array' else source.value
            raise ValueError(f'{name}: {error}') from error

    def _score(self, source: Source, sample: Sample) -> AnomalyResult:
        scores: Dict[str, Any] = self._score_features(sample.features)
        notes = [sample.note] if sample.note else []
        fps = self.fps or sample.fps
        if not 0 < fps <= MAX_FPS:
            fps = DEFAULT_FPS
            notes.append(f'frames per second are not known, {fps:g} assumed')
        times = None if self.fps else sample.times
        snippet_len = sample.snippet_len or self.snippet_len
        frames = sample.frames or len(scores['scores']) * snippet_len
        result = AnomalyResult(
            video=source.name,
            source=None if source.kind == 'array' else str(source.value),
            is_video=source.kind == 'video',
            fps=fps,
            frames=frames,
            snippet_len=snippet_len,
            threshold=self.rule.high,
            rule=self.rule,
            made_with=self.made_with
            if source.kind == 'video'
            else self.made_with.with_features(sample.settings),
            note='; '.join(notes),
            snippet_times=times,
            clock_jumps=sample.clock_jumps,
            crop_boxes=tile_boxes(sample.settings, sample.features.shape[1]),
            frame_size=sample.frame_size,
            **self._known.get(source.name, {}),
            **scores,
        )
        result.events = self.rule.find(
            result.scores,
            result.seconds_per_snippet,
            result.duration,
            scores.get('logits'),
            result.snippet_times,
        )
        return result

    def visualize(
        self,
        inputs: List[AnomalyResult],
        preds: Any = None,
        writer: Optional[ResultWriter] = None,
    ) -> List[Path]:
        """Write the files of some videos.

        Args:
            inputs (list[AnomalyResult]): Scored.
            preds: Not used; the base class has it.
            writer (ResultWriter, optional): What writes. Defaults to None,
                which writes nothing.

        Returns:
            list[Path]: The files.
        """
        if writer is None:
            return []
        return [path for result in inputs for path in writer.write(result)]

    def postprocess(
        self,
        preds: List[AnomalyResult],
        visualization: List[Path],
        return_datasample: bool = False,
        failed: Optional[Dict[str, str]] = None,
    ) -> Dict[str, Any]:
        """Put together what :meth:`__call__` returns.

        Args:
            preds (list[AnomalyResult]): Scored videos.
            visualization (list[Path]): Files written.
            return_datasample (bool): See there. Defaults to False.
            failed (dict[str, str], optional): See there. Defaults to None.
        """
        return dict(
            predictions=preds
            if return_datasample
            else [result.to_dict() for result in preds],
            visualization=visualization,
            failed=failed or {},
        )
