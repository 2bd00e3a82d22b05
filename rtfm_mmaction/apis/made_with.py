"""What scores were made with, so that thresholds are not used for others."""

import os
from typing import (
    Any,
    Dict,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

from .digests import digest_of


class MadeWith(NamedTuple):
    """What scores were made with; None of what is not known.

    Attributes:
        detector (str, optional): Digest of the detector's weights.
        extractor (str, optional): Digest of the extractor: its weights, crops
            and all else that changes the features, but for the precision.
        dtype (str, optional): Precision of the extractor's network, 'fp32' or
            'bf16'.
    """

    detector: Optional[str] = None
    extractor: Optional[str] = None
    dtype: Optional[str] = None

    def with_features(self, settings: Optional[Mapping]) -> 'MadeWith':
        """Add what features were made with.

        Args:
            settings (Mapping, optional): An extractor's, as in a side-car;
                None where they are not known.

        Returns:
            MadeWith: With extractor and dtype.
        """
        if settings is None:
            return self._replace(extractor=None, dtype=None)
        settings = dict(settings)
        dtype = settings.pop('dtype', None)
        return self._replace(extractor=digest_of(settings), dtype=dtype)

    def differences(self, other: 'MadeWith') -> List[str]:
        """Say in which way scores are of another make.

        Args:
            other (MadeWith): What is found where this is expected.

        Returns:
            list[str]: A phrase for each part that both know and that
            differs.
        """
        return [
            f'{name}: expected {mine:.12}, found {its:.12}'
            for name, mine, its in zip(self._fields, self, other)
            if mine is not None and its is not None and mine != its
        ]

    def unknown(self, other: 'MadeWith') -> List[str]:
        """Name what cannot be compared.

        Args:
            other (MadeWith): As in :meth:`differences`.

        Returns:
            list[str]: The parts that one of both does not know.
        """
        return [
            name
            for name, mine, its in zip(self._fields, self, other)
            if mine is None or its is None
        ]

    @classmethod
    def of(cls, content: Any) -> 'MadeWith':
        """Read what :meth:`to_dict` gives.

        Args:
            content (dict or Any): Out of JSON.

        Returns:
            MadeWith: Nothing is known of what is no such dict.
        """
        if not isinstance(content, dict):
            return cls()
        return cls(
            *(
                value if isinstance(value, str) else None
                for value in map(content.get, cls._fields)
            )
        )

    def to_dict(self) -> Dict[str, Optional[str]]:
        """Turn it into plain values for JSON."""
        return self._asdict()


def made_alike(
    named: Iterable[Tuple[Union[str, os.PathLike], MadeWith]],
) -> MadeWith:
    """Tell what all of some scores were made with.

    Args:
        named (Iterable[tuple[str or PathLike, MadeWith]]): File of scores and
            what these were made with, at least one.

    Returns:
        MadeWith: Theirs; a part that one of them does not know is not known.

    Raises:
        ValueError: If two were made with other things; names both files and
            what differs.
    """
    known: Dict[str, Tuple[str, Union[str, os.PathLike]]] = {}
    unknown = set()
    for path, made_with in named:
        for part, value in made_with.to_dict().items():
            if value is None:
                unknown.add(part)
                continue
            first, other = known.setdefault(part, (value, path))
            if value != first:
                raise ValueError(
                    f'{path}: expected scores with the {part} of {other}, '
                    f'{first:.12}, found {value:.12}'
                )
    return MadeWith(
        **{
            part: value
            for part, (value, _) in known.items()
            if part not in unknown
        }
    )
