"""Shards: parts of a list of videos, for processes that never meet.

Each process makes the whole list by itself and takes its own part by the
names alone, so that it opens no other's videos, and none waits for another.
"""

import hashlib
import heapq
import os
import re
from typing import (
    Dict,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
)

# What launchers say: number of a process, how many there are. Kubernetes
# tells an indexed job's pods no count; its manifest sets that.
SLURM = ('SLURM_ARRAY_TASK_ID', 'SLURM_ARRAY_TASK_COUNT')
KUBERNETES = ('JOB_COMPLETION_INDEX', 'JOB_COMPLETIONS')
TORCH = ('RANK', 'WORLD_SIZE')
AUTO = 'auto'


class Shard(NamedTuple):
    """One part of several that a list of videos falls into.

    Attributes:
        number (int): Which part, from 1.
        count (int): Of how many.
        lengths (Mapping[str, int], optional): Lengths of videos by name, in
            any unit; what is known there is dealt out by length, the rest by
            name. Defaults to None, all by name.
    """

    number: int
    count: int
    lengths: Optional[Mapping[str, int]] = None

    def __str__(self) -> str:
        return f'{self.number}/{self.count}'

    @property
    def stem(self) -> str:
        """What names of this part's own files hold, such as '2-of-8'."""
        return f'{self.number}-of-{self.count}'

    def share(self, names: Sequence[str]) -> List[str]:
        """Pick the videos of this part.

        Args:
            names (Sequence[str]): Of all videos, each once; the same for all
                parts, but for their order.

        Returns:
            list[str]: Its own, in the order given. Each video is in one part.
        """
        known: Dict[str, int] = {}
        for name in sorted(names if self.lengths else ()):
            length = _length(self.lengths or {}, name)
            if length is not None:
                known[name] = length
        # Those behind as many parts as there are videos get none.
        parts = min(self.count, len(known))
        shares = balanced_shares(list(known.values()), parts)
        named = list(known)
        own: Set[str] = set()
        if self.number <= parts:
            own = {named[item] for item in shares[self.number - 1]}
        return [
            name
            for name in names
            if name in own
            or name not in known
            and shard_of(name, self.count) == self.number
        ]


def _length(lengths: Mapping[str, int], name: str) -> Optional[int]:
    """A video's, by its whole name or its last part."""
    return lengths.get(name, lengths.get(name.rpartition('/')[2]))


def shard_of(name: str, count: int) -> int:
    """Tell a video's part by its name alone, the same on each machine.

    Args:
        name (str): The video's, such as 'cam1/00-15'.
        count (int): Number of parts, >= 1.

    Returns:
        int: From 1: the SHA-256 of the name, modulo the count.

    Examples:
        >>> [shard_of(name, 3) for name in ('a', 'b', 'c')]
        [2, 3, 2]
    """
    digest = hashlib.sha256(os.fsencode(name)).digest()
    return int.from_bytes(digest, 'big') % count + 1


def missing_shards(numbers: Iterable[int], count: int) -> List[str]:
    """Name the parts that are not among some.

    Args:
        numbers (Iterable[int]): Parts that are known, from 1, in any order.
        count (int): How many parts there are, however many.

    Returns:
        list[str]: The others, those in a row as one, such as '2/8 to 4/8'.

    Examples:
        >>> missing_shards([1, 6], 8)
        ['2/8 to 5/8', '7/8', '8/8']
    """
    found: List[str] = []
    last = 0
    for number in [*sorted(set(numbers)), count + 1]:
        first, end = Shard(last + 1, count), Shard(number - 1, count)
        if end.number - first.number >= 2:
            found.append(f'{first} to {end}')
        else:
            between = range(first.number, end.number + 1)
            found += [str(Shard(item, count)) for item in between]
        last = number
    return found


def balanced_shares(lengths: Sequence[int], count: int) -> List[List[int]]:
    """Deal items out so that all parts have about as much to do.

    The longest first, each to the part that has least: no part has more than
    another by more than one item's length (R. L. Graham, Bounds on
    Multiprocessing Timing Anomalies, 1969).

    Args:
        lengths (Sequence[int]): Of the items, >= 0.
        count (int): Number of parts, >= 1, or 0 of no items.

    Returns:
        list[list[int]]: Of each part the positions of its items, ascending.

    Examples:
        >>> balanced_shares([3, 1, 5, 3], 2)
        [[1, 2], [0, 3]]
    """
    shares: List[List[int]] = [[] for _ in range(count)]
    totals = [(0, part) for part in range(count)]  # a heap as it stands
    for item in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        total, least = totals[0]
        shares[least].append(item)
        heapq.heapreplace(totals, (total + lengths[item], least))
    return [sorted(share) for share in shares]


def parse_shard(
    text: str,
    environ: Mapping[str, str],
    lengths: Optional[Mapping[str, int]] = None,
) -> Shard:
    """Read which part a process has.

    Args:
        text (str): 'i/n', i from 1; or 'auto' for what the launcher says: a
            Slurm array, an indexed job of Kubernetes whose manifest sets
            ``JOB_COMPLETIONS``, or torchrun.
        environ (Mapping[str, str]): Variables of the process.
        lengths (Mapping[str, int], optional): See :class:`Shard`.

    Raises:
        ValueError: If it says no part, or two launchers say one.

    Examples:
        >>> str(parse_shard('2/8', {}))
        '2/8'
        >>> str(parse_shard('auto', {'RANK': '0', 'WORLD_SIZE': '4'}))
        '1/4'
    """
    if text != AUTO:
        match = re.fullmatch(r'([0-9]{1,9})/([0-9]{1,9})', text)
        number, count = map(int, match.groups()) if match else (0, 0)
        if not 1 <= number <= count:
            raise ValueError(
                '--shard: expected i/n with i from 1 to n, or auto, found '
                f'{text!r}'
            )
        return Shard(number, count, lengths)
    said = [
        names for names in (SLURM, KUBERNETES, TORCH) if names[0] in environ
    ]
    if len(said) != 1:
        found = ' and '.join(names[0] for names in said) or 'none of them'
        raise ValueError(
            '--shard auto: expected the variables of one launcher '
            f'({", ".join(n[0] for n in (SLURM, KUBERNETES, TORCH))}), found '
            f'{found}; --shard i/n says it outright'
        )
    (names,) = said
    index, count = (_number(environ, name) for name in names)
    if names is SLURM:
        # Arrays begin where they like, and may go by steps: 10-40:10.
        first = _number(environ, 'SLURM_ARRAY_TASK_MIN')
        step = _number(environ, 'SLURM_ARRAY_TASK_STEP', 1)
        index, rest = divmod(index - first, max(step, 1))
        index = count if rest else index
    if not 0 <= index < count:
        raise ValueError(
            '--shard auto: expected a process of an even row, found '
            + ', '.join(
                f'{name}={environ[name]}'
                for name in (*names, 'SLURM_ARRAY_TASK_MIN')
                if name in names or names is SLURM
            )
            + '; --shard i/n says it outright'
        )
    return Shard(index + 1, count, lengths)


def _number(
    environ: Mapping[str, str], name: str, default: Optional[int] = None
) -> int:
    """A launcher's variable."""
    text = environ.get(name, '')
    if not text and default is not None:
        return default
    if not re.fullmatch('[0-9]{1,9}', text):
        raise ValueError(
            f'--shard auto: expected a number in {name}, found {text!r}'
        )
    return int(text)
