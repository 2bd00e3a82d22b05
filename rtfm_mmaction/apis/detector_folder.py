"""A detector in a folder: what ``rtfm fit`` writes and commands take.

``detector.json`` says what it is and what it stands on, and
``model.safetensors`` has its weights; nothing in the folder is ever run::

    {"format": "rtfm_mmaction.detector/1",
     "detector": {"model": {...}, "features": {...}},   # as checkpoints have
     "weights_sha256": "...",                # of model.safetensors
     "rule": {"high": 0.5, ...},             # of an EventRule
     ...}                                    # what fit has to say besides

``extractor/`` has the weights that features are made with, if it is there.
Pages, pictures and further files are for people.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, NamedTuple, Optional, Union

import torch

from ..engine.detector_record import DetectorRecord
from ..evaluation.functional.events import EventRule
from ..io.atomic import atomic_path
from ..io.fetching import as_file
from ..io.file_digest import file_digest
from ..io.reading import read_json
from ..models import AnomalyDetector
from .threshold_file import rule_of_json

FORMAT = 'rtfm_mmaction.detector/1'
WEIGHTS, FACTS = 'model.safetensors', 'detector.json'
# Folder below it with the extractor's weights, where these were put in.
EXTRACTOR = 'extractor'


class DetectorFolder(NamedTuple):
    """What a folder says of its detector.

    Attributes:
        path (Path): The folder.
        record (DetectorRecord): Config of the detector and its features.
        rule (EventRule): What makes events of its scores.
        facts (dict): All of ``detector.json``.
    """

    path: Path
    record: DetectorRecord
    rule: EventRule
    facts: Dict[str, Any]

    @property
    def weights(self) -> Path:
        """The file of its weights."""
        return self.path / WEIGHTS


def is_detector_folder(path: Union[str, Path]) -> bool:
    """Whether a path is that of such a folder, or of its ``detector.json``.

    Args:
        path (str or Path): Any path.
    """
    path = Path(path)
    return (path / FACTS).is_file() or path.name == FACTS


def read_detector_folder(path: Union[str, Path]) -> DetectorFolder:
    """Read what a folder says; the weights are compared with it.

    Args:
        path (str or Path): The folder, or its ``detector.json``.

    Returns:
        DetectorFolder: What it says.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If it says what cannot be, or the weights are others.
    """
    found = _read_facts(path)
    folder, facts = found.path, found.facts
    file = folder / FACTS
    digest = facts['weights_sha256']
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise FileNotFoundError(
            f'{weights}: expected the weights of {file}, found no such file'
        )
    if file_digest(weights) != digest:
        raise ValueError(
            f'{weights}: expected the weights that {file} is of, found others'
        )
    return found._replace(record=_with_kept(found.record, folder))


def rule_of_folder(path: Union[str, Path, None]) -> Optional[EventRule]:
    """Read what makes events of a detector's scores.

    Args:
        path (str or Path, optional): Any detector; None where there is none.

    Returns:
        EventRule, optional: None of what is no folder of ``rtfm fit``.

    Raises:
        FileNotFoundError, ValueError: As of :func:`read_detector_folder`,
            but for the weights.
    """
    if path is None or not is_detector_folder(path):
        return None
    return _read_facts(path).rule


def _read_facts(path: Union[str, Path]) -> DetectorFolder:
    """What ``detector.json`` says; weights are not looked at."""
    folder = Path(path)
    if folder.name == FACTS and folder.is_file():
        folder = folder.parent
    file = folder / FACTS
    if not file.is_file():
        raise FileNotFoundError(
            f'{folder}: expected the folder of a detector, as rtfm fit writes '
            f'it, found no {FACTS} in it'
        )
    facts = read_json(file, 'a detector of rtfm fit')
    if not isinstance(facts, dict) or facts.get('format') != FORMAT:
        found = facts.get('format') if isinstance(facts, dict) else facts
        raise ValueError(
            f'{file}: expected the format {FORMAT}, found {str(found):.60}'
        )
    try:
        record = DetectorRecord.of(facts['detector'])
        rule = rule_of_json(facts['rule'])
        facts['weights_sha256']
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(
            f'{file}: expected a detector as rtfm fit writes it, found '
            f'another ({type(error).__name__}: {error})'
        ) from error
    return DetectorFolder(folder, record, rule, facts)


def keep_extractor(path: Union[str, Path], record: DetectorRecord) -> Path:
    """Put the weights of the features' extractor into a folder.

    Args:
        path (str or Path): The folder.
        record (DetectorRecord): Of its detector.

    Returns:
        Path: The copy, byte by byte; commands take it from there on.

    Raises:
        OSError: If it cannot be written.
        ValueError: If it is not known where they are.
    """
    weights = (record.features and record.features.weights) or {}
    source = weights.get('checkpoint')
    if not source:
        raise ValueError(
            '--with-extractor: expected features that say where the weights '
            'of their extractor are, found ones that do not'
        )
    target = Path(path) / EXTRACTOR / Path(str(weights['file'])).name
    with as_file(source) as file, atomic_path(target) as temporary:
        shutil.copyfile(file, temporary)
    return target


def _with_kept(record: DetectorRecord, folder: Path) -> DetectorRecord:
    """Say where the extractor's weights are, if they are in the folder."""
    features = record.features
    if features is None or not features.weights:
        return record
    file = folder / EXTRACTOR / Path(str(features.weights.get('file'))).name
    if not file.is_file():
        return record
    weights = dict(features.weights, kept=str(file))
    return record._replace(features=features._replace(weights=weights))


def write_detector_folder(
    path: Union[str, Path],
    detector: AnomalyDetector,
    record: DetectorRecord,
    rule: EventRule,
    facts: Dict[str, Any],
) -> None:
    """Write weights, then what is said of them.

    Args:
        path (str or Path): Folder; made if it is missing.
        detector (AnomalyDetector): The detector.
        record (DetectorRecord): Its config and features.
        rule (EventRule): What makes events of its scores.
        facts (dict): What is to be said besides, of plain values.

    Raises:
        OSError: If the disk is full or refuses.
    """
    from safetensors.torch import save

    folder = Path(path)
    # One tensor may not lie in another, as where models share a row.
    content = save(
        {
            key: value.clone(memory_format=torch.contiguous_format)
            for key, value in detector.state_dict().items()
        }
    )
    with atomic_path(folder / WEIGHTS) as temporary:
        temporary.write_bytes(content)
    said = dict(
        format=FORMAT,
        detector=record.to_dict(),
        weights_sha256=file_digest(folder / WEIGHTS),
        rule=asdict(rule),
        **facts,
    )
    with atomic_path(folder / FACTS) as temporary:
        temporary.write_text(
            json.dumps(said, indent=1, ensure_ascii=False, allow_nan=False)
            + '\n',
            encoding='utf-8',
        )
