"""What the label of a list means: a class, normal or a kind of anomaly."""

import difflib
import re
from typing import Iterable, NamedTuple, Optional, Sequence, Set

from ...datasets.annotations import NORMAL
from ...datasets.benchmark_classes import XD_CODES, xd_violence_class
from ...datasets.normal_names import means_normal

ABNORMAL = 'Abnormal'
LABELS = {
    '0': NORMAL,
    '1': ABNORMAL,
    NORMAL.lower(): NORMAL,
    ABNORMAL.lower(): ABNORMAL,
}
_XD = re.compile(r'(?:A|{0})(?:-(?:0|{0}))*'.format('|'.join(XD_CODES)))


class Choices(NamedTuple):
    """What a person has said of class names.

    Attributes:
        normal (Sequence[str]): Names of classes whose videos are normal, as
            the list spells them. Defaults to none.
        abnormal (Sequence[str]): Names of classes that are kinds of
            anomalies, however they read. Defaults to none.
    """

    normal: Sequence[str] = ()
    abnormal: Sequence[str] = ()


def check_choices(choices: Choices, labels: Iterable[Optional[str]]) -> None:
    """Refuse choices that decide nothing, or the same name in both ways.

    Args:
        choices (Choices): What was said.
        labels (Iterable[str or None]): All labels of the lists.

    Raises:
        ValueError: If a name is in both, or in no list.
    """
    both = set(choices.normal) & set(choices.abnormal)
    if both:
        raise ValueError(
            '--normal-class and --abnormal-class: expected other classes in '
            f'each, found {min(both)!r} in both'
        )
    known: Set[str] = {label for label in labels if label is not None}
    for option, names in (
        ('--normal-class', choices.normal),
        ('--abnormal-class', choices.abnormal),
    ):
        for name in names:
            if name not in known:
                shown = ', '.join(sorted(known)[:20]) or 'none'
                raise ValueError(
                    f'{option}: expected a class of the lists, which have '
                    f'{shown}, found {name!r}'
                )


def are_xd_codes(labels: Iterable[str]) -> bool:
    """Whether labels are XD-Violence's codes: ``A``, ``B1-0-0``, ``B2-G-0``.

    Args:
        labels (Iterable[str]): All labels of a list.

    Returns:
        bool: True if all are and one is of an anomaly; a lone ``A`` can mean
        anything.
    """
    found = set(labels)
    return bool(found - {'A'}) and all(map(_XD.fullmatch, found))


def class_of_label(
    label: str, where: str, choices: Choices, xd: bool = False
) -> str:
    """Class that a label means.

    Args:
        label (str): 0 or ``normal``, 1 or ``abnormal`` in letters of any
            size, or a class's name.
        where (str): ``file:line`` and video, for errors.
        choices (Choices): What was said of names.
        xd (bool): Whether labels are XD-Violence's codes. Defaults to False.

    Returns:
        str: ``Normal``, ``Abnormal``, or the name as it is.

    Raises:
        ValueError: If the label is a slip of the pen or no name, or reads as
            if it meant normal and nobody has said whether it does.
    """
    if label in choices.normal:
        return NORMAL
    if label in choices.abnormal:
        return label
    if xd:
        return xd_violence_class(f'_label_{label}', where)
    known = LABELS.get(label.lower())
    if known:
        return known
    # A slip of the pen must not turn a normal video into an abnormal one of
    # a class of its own.
    close = difflib.get_close_matches(label.lower(), LABELS, 1, cutoff=0.8)
    if close or not any(map(str.isalpha, label)):
        hint = f'; did you mean {close[0]!r}?' if close else ''
        raise ValueError(
            f'{where}: expected 0, 1, normal, abnormal or the '
            f'name of a class as the label, found {label!r}'
            f'{hint}'
        )
    if means_normal(label):
        raise ValueError(
            f'{where}: expected to be told whether class {label!r} is normal, '
            'as its name reads, or an anomaly, found neither: say '
            f'--normal-class {label} or --abnormal-class {label}'
        )
    return label
