"""From videos to scores and events, in one go.

Shapes: T snippets, N crops, C channels.
"""

from contextlib import ExitStack, closing, contextmanager
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
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

import numpy as np
from mmaction.registry import INFERENCERS
from mmengine.config import Config
from mmengine.infer import BaseInferencer
from mmengine.registry import init_default_scope

from ..datasets.annotations import load_annotations
from ..datasets.feature_layouts import get_layout
from ..datasets.feature_rows import FeatureRows
from ..evaluation.functional.events import EventRule
from ..extraction import build_extractor
from ..extraction.growing_rows import GrowingRows
from ..extraction.passes import Part
from ..extraction.sidecar import read_video_facts
from ..io.atomic import REFUSALS
from ..io.fetching import file_digest
from ..io.names import printable
from ..io.progress import progress_bars
from ..io.video import MAX_FPS, count_snippets, is_text
from ..models.long_video import Rows, score_in_chunks
from .config_names import read_config
from .digests import digest_of
from .loading import load_detector
from .made_with import MadeWith
from .result import AnomalyResult
from .result_files import FORMATS, ResultWriter
from .sources import Source, find_sources

ONNX = '.onnx'
# The field's, of features alone.
SNIPPET_LEN = 16
DEFAULT_FPS = 25.0
DEFAULT_RULE = dict(high=0.5, max_gap=2.0)


class Sample(NamedTuple):
    """A video's features and what is known beside them.

    Attributes:
        features (Rows): (T, N, C).
        fps (float): Frames per second; 0 where that is not known.
        frames (int): As of the video; 0 where that is not known.
        note (str): See ``AnomalyResult``.
        snippet_len (int): Frames of a snippet; 0 where that is not known.
        times (np.ndarray, optional): See ``AnomalyResult.snippet_times``.
        clock_jumps (bool): See there.
        settings (dict, optional): The extractor's, as its side-car has them;
            None where they are not known.
    """

    features: Rows
    fps: float = 0.0
    frames: int = 0
    note: str = ''
    snippet_len: int = 0
    times: Optional[np.ndarray] = None
    clock_jumps: bool = False
    settings: Optional[Dict[str, Any]] = None


@INFERENCERS.register_module()
class AnomalyInferencer(BaseInferencer):
    """Scores videos, features or arrays by a trained detector.

    Backbone and detector are chained in memory. Videos are read one after
    another, and passes of the backbone reach across their borders.

    Args:
        model (str or Config): The config that the detector was trained by, by
            path or shipped name; or an ``.onnx`` file of ``tools/export.py``.
        weights (str, optional): Checkpoint; not needed with ``.onnx``.
        extractor (str or dict, optional): Config out of ``configs/features``
            that the training's features were made by, by path, shipped name
            or itself; or an ``.onnx`` file of ``tools/export.py``. Defaults
            to None: only features can be scored.
        device (str): Where both run. Defaults to 'cpu'.
        dtype (str): Of the backbone, 'fp32' or 'bf16'. Defaults to 'fp32'.
        rule (dict or EventRule, optional): What makes events of scores.
            Defaults to None, a threshold of 0.5 and gaps of up to 2 s.
        fps (float, optional): Frames per second of all inputs, whatever they
            say. Defaults to None: what each says, unless the times of its
            frames contradict it; 25 where nothing says it.
        layout (str): Layout of feature files, see ``FeatureLayout``.
            Defaults to 'packed'.
        annotations (str, optional): JSON annotation file; what it knows of a
            video of the same name is shown beside the scores.
            Defaults to None.
        cfg_options (dict, optional): Keys of the config to override.
        show_progress (bool): Defaults to True.

    Attributes:
        made_with (MadeWith): What scores of videos are made with.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If a setting is out of its range, or weights do not fit.
    """

    def __init__(
        self,
        model: Union[str, Config],
        weights: Optional[str] = None,
        extractor: Union[str, Dict[str, Any], None] = None,
        device: str = 'cpu',
        dtype: str = 'fp32',
        rule: Union[Dict[str, Any], EventRule, None] = None,
        fps: Optional[float] = None,
        layout: str = 'packed',
        annotations: Optional[str] = None,
        cfg_options: Optional[dict] = None,
        show_progress: bool = True,
    ) -> None:
        if fps is not None and not 0 < fps <= MAX_FPS:
            raise ValueError(
                f'fps: expected more than 0 and up to {MAX_FPS}, found {fps}'
            )
        init_default_scope('mmaction')
        if not isinstance(rule, EventRule):
            rule = EventRule(**(DEFAULT_RULE if rule is None else rule))
        self.rule = rule
        self.fps = fps
        self.layout = get_layout(layout)
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
        self._dtype = dtype
        self._device = device
        self._cfg_options = cfg_options
        self._onnx = None
        if isinstance(model, str):
            if model.endswith(ONNX):
                self._onnx, model = model, {}
            else:
                model = read_config(model, 'model')
        super().__init__(
            model,
            weights,
            device=device,
            scope='mmaction',
            show_progress=show_progress,
        )
        self.snippet_len = (
            SNIPPET_LEN if self.pipeline is None else self.pipeline.snippet_len
        )
        self.made_with = MadeWith(
            digest_of(self.model)
            if self._onnx is None
            else file_digest(self._onnx)
        ).with_features(self.pipeline and self.pipeline.settings)

    def _init_model(
        self, cfg: Config, weights: Optional[str], device: str
    ) -> Any:
        if self._onnx is not None:
            from ..export import OnnxDetector

            for name, value in (
                ('weights', weights),
                ('cfg_options', self._cfg_options),
            ):
                if value:
                    raise ValueError(
                        f'{name}: expected none beside '
                        f'{self._onnx}, found {value}'
                    )
            return OnnxDetector(self._onnx, device)
        if weights is None:
            raise ValueError(
                'weights, --checkpoint: expected a '
                'checkpoint of '
                f'{cfg.filename}, found none'
            )
        detector = load_detector(cfg, weights, device, self._cfg_options)
        if detector.backbone is not None:
            raise ValueError(
                f'{cfg.filename}: expected a detector on features'
                ', found one with a backbone of its own, which '
                'rtfm test scores'
            )
        return detector

    def _init_pipeline(self, cfg: Config) -> Any:
        """The extractor, or None."""
        config = self._extractor
        if config is None:
            return None
        if isinstance(config, str):
            if config.endswith(ONNX):
                from ..export import onnx_extractor

                return onnx_extractor(config, self._device, self._dtype)
            config = read_config(config, 'model', 'extractor')
        return build_extractor(config, self._device, self._dtype)

    def _init_collate(self, cfg: Config) -> None:
        """Passes are made up by the extractor."""

    def _init_visualizer(self, cfg: Config) -> None:
        """Pictures are made from results, see ``ResultWriter``."""

    def __call__(
        self,
        inputs: Any,
        return_datasamples: bool = False,
        batch_size: Optional[int] = None,
        out_dir: Union[str, Path, None] = None,
        formats: Sequence[str] = FORMATS,
        report_videos: str = 'link',
    ) -> Dict[str, Any]:
        """Score.

        Args:
            inputs: See :func:`find_sources`.
            return_datasamples (bool): Whether ``predictions`` are
                :class:`AnomalyResult` and not dicts. Defaults to False.
            batch_size (int, optional): Clips of a pass of the backbone, in
                this call alone. Defaults to None, see ``FeatureExtractor``.
            out_dir (str or Path, optional): Folder for files; each video's
                are written as soon as it is scored. Defaults to None: none.
            formats (Sequence[str]): What is written, of :data:`FORMATS`.
            report_videos (str): How the report comes by videos, see
                :class:`ReportWriter`. Defaults to 'link'.

        Returns:
            dict: ``predictions``, a list in the order of the inputs;
            ``visualization``, the files written; ``failed``, name -> why of
            those that could not be scored.

        Raises:
            FileNotFoundError: See :func:`find_sources`.
            OSError: If the disk is full or refuses.
            ValueError: As above, or if the features are not the detector's.
        """
        sources = find_sources(inputs, out_dir)
        writer = None
        if out_dir is not None:
            writer = ResultWriter(out_dir, formats, report_videos)
        if batch_size is not None and batch_size < 1:
            raise ValueError(
                f'batch_size: expected 1 or more, found {batch_size}'
            )
        results: List[AnomalyResult] = []
        failed: Dict[str, str] = {}
        try:
            with (
                self._passes_of(batch_size),
                closing(self.preprocess(sources)) as samples,
            ):
                for source, sample in samples:
                    try:
                        results.append(self.forward((source, sample)))
                        # Or two videos' features would be in memory.
                        del sample
                        self.visualize(results[-1:], writer=writer)
                    except (ValueError, RuntimeError, OSError) as error:
                        if getattr(error, 'errno', None) in REFUSALS:
                            raise  # the next video's would meet it as well
                        failed[source.name] = str(error)
        finally:
            # An interrupted run keeps what is there.
            if writer is not None:
                writer.finish(failed)
        return self.postprocess(
            results, writer.files if writer else [], return_datasamples, failed
        )

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
        if videos and self.pipeline is None:
            raise ValueError(
                f'{videos[0].value}: expected a config of '
                'configs/features beside the detector for a '
                'video, found none'
            )
        with ExitStack() as stack:
            progress = stack.enter_context(progress_bars(self.show_progress))
            total = progress.add_task('videos', total=len(inputs))
            current = progress.add_task('', total=None, visible=False)
            groups: Iterator = iter(())
            if videos:
                stream = stack.enter_context(
                    closing(
                        self.pipeline.stream(
                            [source.value for source in videos], self.fps
                        )
                    )
                )
                groups = groupby(stream, attrgetter('path'))
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
                    sample = self._open(source)
                yield source, sample
                del sample
                progress.advance(total)

    def _extract(
        self, parts: Iterator[Part], advance: Callable[[int], None]
    ) -> Union[Sample, ValueError]:
        """Gather a video's features, up to where it breaks off."""
        rows = GrowingRows()
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
                        video.declared, self.snippet_len, self.pipeline.tail
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
        )

    def _open(self, source: Source) -> Union[Sample, ValueError]:
        """Features that are there already."""
        if source.kind == 'array':
            features = source.value
            if features.ndim == 2:
                features = features[:, None]
            if (
                features.ndim != 3
                or features.dtype.kind != 'f'
                or 0 in features.shape
            ):
                return ValueError(
                    f'{source.name}: expected floating-point features (T, N, '
                    f'C) or (T, C), found {features.dtype} '
                    f'{source.value.shape}'
                )
            return Sample(features)
        if not is_text(source.value):
            return ValueError(
                f'{ascii(str(source.value))}: expected a file '
                'name in UTF-8, found other bytes'
            )
        try:
            features = FeatureRows([str(source.value)], self.layout)
        except ValueError as error:
            return error
        facts = read_video_facts(source.value, features.shape[0])
        return Sample(
            features,
            facts.fps,
            facts.frames,
            facts.note,
            facts.snippet_len,
            facts.snippet_times,
            settings=facts.settings,
        )

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
        if self._onnx is not None:
            scores = self.model.score(sample.features[:])
        else:
            scores = score_in_chunks(self.model, sample.features)
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
            made_with=self.made_with
            if source.kind == 'video'
            else self.made_with.with_features(sample.settings),
            note='; '.join(notes),
            snippet_times=times,
            clock_jumps=sample.clock_jumps,
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
