"""What a check has found, and the words for it.

Shapes: T snippets, N crops, C channels, F frames.
"""

from dataclasses import asdict, dataclass, field
from typing import Dict, List, NamedTuple, Optional, Tuple

# So many findings of one kind are shown; the JSON file has all.
SHOWN = 10


class Finding(NamedTuple):
    """Something that is wrong, or looks so.

    Attributes:
        severity (str): 'error', with which training is refused, or
            'warning'.
        kind (str): Of a :class:`~rtfm_mmaction.datasets.problems.Problem`, or
            'config', 'channels', 'crops', 'labels', 'label against name',
            'class against name', 'normal by name', 'overlap', 'length',
            'expected counts', 'stray files', 'not finite', 'too large',
            'constant', 'duplicate'.
        subset (str): Name of the subset, empty where it is no single one.
        video (str): Name of the video, empty where it is no single one.
        message (str): One sentence with file or key, what was found and what
            was expected.
    """

    severity: str
    kind: str
    subset: str
    video: str
    message: str


@dataclass
class Subset:
    """Figures of one data set of a config.

    Attributes:
        name (str): 'train', 'val', 'test' or 'val and test'.
        annotations (str): Annotation file.
        dataset (str): Its name by the annotation file, else empty.
        classes (dict[str, int]): Annotated videos of each class.
        abnormal, normal (int): Annotated videos of each label.
        sound (int): Videos whose features can be used.
        snippets (tuple[int, float, int], optional): Least, median, greatest
            T, of videos whose headers are sound; so are N and C.
        crops, channels (list[int]): N, C, all that there are.
        dtypes (list[str]): Of the files, all that there are; empty where
            values were not read.
        magnitudes (dict, optional): ``mean``, ``std``, ``min``, ``max`` over
            all snippets and crops, ``abnormal`` and ``normal``, the means of
            each label; None where values were not read.
        frames, abnormal_frames (int, optional): Of the ground truth; None
            where there is none.
    """

    name: str
    annotations: str
    dataset: str = ''
    classes: Dict[str, int] = field(default_factory=dict)
    abnormal: int = 0
    normal: int = 0
    sound: int = 0
    snippets: Optional[Tuple[int, float, int]] = None
    crops: List[int] = field(default_factory=list)
    channels: List[int] = field(default_factory=list)
    dtypes: List[str] = field(default_factory=list)
    magnitudes: Optional[Dict[str, Optional[float]]] = None
    frames: Optional[int] = None
    abnormal_frames: Optional[int] = None


@dataclass
class Report:
    """All that a check has found.

    Attributes:
        subsets (list[Subset]): Figures.
        findings (list[Finding]): What is wrong.
        notes (list[str]): Sentences that are worth knowing.
        values (bool): Whether the features' values were read, too.
    """

    subsets: List[Subset] = field(default_factory=list)
    findings: List[Finding] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)
    values: bool = False

    def count(self, severity: str) -> int:
        """Number of errors or of warnings."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def ready(self) -> bool:
        """Whether there are no errors."""
        return self.count('error') == 0

    @property
    def verdict(self) -> str:
        """The last word."""
        counts = ', '.join(
            f'{count} {severity}{"" if count == 1 else "s"}'
            for severity in ('error', 'warning')
            for count in [self.count(severity)]
        )
        return f'{"Ready to train" if self.ready else "Not ready"}: {counts}.'

    def lines(self) -> List[str]:
        """The findings in words, errors first, each kind of a subset for
        itself, at most :data:`SHOWN` of it.
        """
        groups: Dict[tuple, List[str]] = {}
        for finding in sorted(self.findings, key=lambda f: f.severity):
            groups.setdefault(finding[:3], []).append(finding.message)
        lines = []
        for (severity, kind, subset), messages in groups.items():
            where = f'{subset}, ' if subset else ''
            lines.append(f'{severity}: {where}{kind} ({len(messages)}):')
            lines += [f'  {message}' for message in messages[:SHOWN]]
            if len(messages) > SHOWN:
                lines.append(f'  and {len(messages) - SHOWN} more')
        return lines

    def as_dict(self) -> dict:
        """All of it, for JSON."""
        return dict(
            verdict=self.verdict,
            ready=self.ready,
            errors=self.count('error'),
            warnings=self.count('warning'),
            values=self.values,
            subsets=[asdict(subset) for subset in self.subsets],
            findings=[finding._asdict() for finding in self.findings],
            notes=self.notes,
        )
