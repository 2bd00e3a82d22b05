"""Scoring of many videos by the workers of a Ray cluster.

Each worker keeps backbone and detector, takes one video after another and
writes the files of each; the table and the page of all are written by the
process that was started.
"""

from collections import deque
from pathlib import Path
from typing import (
    Deque,
    Dict,
    Generator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

from ..extraction.ray_crew import Crew, Died, Resources, Task, Worker
from ..io.atomic import REFUSALS
from ..io.progress import progress_bars
from .result_files import OF_EACH, ResultWriter
from .scorer_recipe import ScorerRecipe
from .sources import Source
from .video_scorer import Engine, Scored, VideoScorer


class Output(NamedTuple):
    """What workers write, see :class:`ResultWriter`.

    Attributes:
        folder (Path): Where.
        formats (tuple[str, ...]): Of each video.
        videos (tuple[str, ...]): Names of all of the run.
    """

    folder: Path
    formats: Tuple[str, ...]
    videos: Tuple[str, ...]


class ScoringWorker(Worker):
    """A worker with a backbone, if there are videos, and a detector.

    Args:
        folder (str): See :class:`Worker`.
        recipe (ScorerRecipe): Of its scorer.
        output (Output, optional): What it writes. None: nothing.
        batch_size (int, optional): See :class:`.VideoScorer`.
    """

    def __init__(
        self,
        folder: str,
        recipe: ScorerRecipe,
        output: Optional[Output],
        batch_size: Optional[int],
    ) -> None:
        super().__init__(folder)
        self.recipe, self.output = recipe, output
        self.batch_size = batch_size

    def build(self) -> None:
        """Build detector and, where one is named, backbone."""
        self.scorer = self.recipe.build()
        if self.output is not None:
            self.writer = ResultWriter(
                self.output.folder,
                self.output.formats,
                videos=self.output.videos,
            )

    def score(self, source: Source) -> Tuple[Scored, List[Path]]:
        """Score a source and write its own files.

        Args:
            source (Source): Which.

        Returns:
            tuple[Scored, list[Path]]: What became of it, and the files.
        """
        (scored,) = self.scorer.score_each([source], None, self.batch_size)
        if scored.result is None or self.output is None:
            return scored, []
        try:
            return scored, self.writer.write_own(scored.result)
        except (ValueError, RuntimeError, OSError) as error:
            if getattr(error, 'errno', None) in REFUSALS:
                raise
            return scored._replace(reason=str(error)), []


class RayScoring(NamedTuple):
    """Who scores, in place of this process.

    Attributes:
        recipe (ScorerRecipe): Of the workers' scorers.
        resources (Resources): Of a worker.
        batch_size (int, optional): See :class:`.VideoScorer`.
    """

    recipe: ScorerRecipe
    resources: Resources
    batch_size: Optional[int] = None

    def of(self, scorer: VideoScorer) -> Engine:
        """Give the engine of a scorer.

        Args:
            scorer (VideoScorer): Of the same recipe, on this machine, with
                the rule of the run; what it says holds for all workers.

        Returns:
            Callable: For its call.
        """

        def score(
            sources: List[Source], writer: Optional[ResultWriter]
        ) -> Generator[Scored, None, None]:
            yield from self._score(scorer, sources, writer)

        return score

    def _recipe(
        self, scorer: VideoScorer, sources: List[Source]
    ) -> ScorerRecipe:
        """The workers', who know the rule and one precision."""
        recipe = self.recipe.with_options(
            rule=scorer.rule, show_progress=False
        )
        videos = [source for source in sources if source.kind == 'video']
        if videos:
            # Or machines of different kinds would choose it.
            pipeline = scorer.need_extractor(videos[0].value)
            recipe = recipe.with_options(dtype=pipeline.settings['dtype'])
        return recipe

    def _score(
        self,
        scorer: VideoScorer,
        sources: List[Source],
        writer: Optional[ResultWriter],
    ) -> Generator[Scored, None, None]:
        if not sources:
            return
        output = None
        if writer is not None:
            output = Output(
                writer.out,
                tuple(sorted(writer.formats & set(OF_EACH))),
                writer.videos,
            )
        recipe = self._recipe(scorer, sources)
        crew = Crew(
            ScoringWorker, (recipe, output, self.batch_size), self.resources
        )
        names: Dict[str, str] = {}
        left: Deque[Task] = deque()
        for source in sources:
            task = Task(_label(source), 'score', (source,))
            names[task.label] = source.name
            left.append(task)
        try:
            crew.first()
            with progress_bars(scorer.show_progress) as progress:
                total = progress.add_task('videos', total=len(left))
                for task, found in crew.work(left):
                    yield self._taken(names[task.label], found, writer)
                    progress.advance(total)
        finally:
            crew.dismiss()

    @staticmethod
    def _taken(
        name: str,
        found: Union[Died, Tuple[Scored, List[Path]]],
        writer: Optional[ResultWriter],
    ) -> Scored:
        """What became of a source, once table and page know it."""
        if isinstance(found, Died):
            return Scored(name, None, found.reason)
        scored, files = found
        if writer is None or scored.result is None:
            return scored
        writer.files.extend(files)
        try:
            writer.take(scored.result)
        except (ValueError, RuntimeError, OSError) as error:
            if getattr(error, 'errno', None) in REFUSALS:
                raise
            return scored._replace(reason=scored.reason or str(error))
        return scored


def _label(source: Source) -> str:
    return source.name if source.kind == 'array' else str(source.value)
