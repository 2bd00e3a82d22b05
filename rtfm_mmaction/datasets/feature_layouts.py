"""How feature files are named, and which axis of an array is what.

Shapes: T snippets, N crops, C channels. Every layout is read as (T, N, C).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, List, Mapping, Optional, Pattern, Tuple, Union


@dataclass(frozen=True)
class FeatureLayout:
    """How a family of feature files lies on disk.

    Attributes:
        name (str): File name of a video's only file, or of crop {crop}.
        first_crop (str): Name of crop 0 where some lists leave out its
            number; empty where they do not.
        axes (str): Axes of an array with three of them: 'TNC' or 'NTC'.
            An array with two is (T, C), one crop.
        drop_last (int): Channels at the end that are no features.
        num_segments (int): T of every file, where the files hold a fixed
            number of segments instead of the video's snippets; else 0.
        num_crops (int): Files of a video, one a crop. Only needed for
            storage that cannot list its files; else 0.

    Raises:
        ValueError: If a field has an impossible value.

    Examples:
        >>> layout = FeatureLayout('{video}-{crop}.npy')
        >>> layout.file_name('Abuse028', 3), layout.parse('Abuse028-3.npy')
        ('Abuse028-3.npy', ('Abuse028', 3))
    """

    name: str
    first_crop: str = ''
    axes: str = 'TNC'
    drop_last: int = 0
    num_segments: int = 0
    num_crops: int = 0

    def __post_init__(self) -> None:
        for field in ('name', 'first_crop'):
            name = getattr(self, field)
            if not (isinstance(name, str) or (field != 'name' and not name)):
                raise ValueError(
                    f'layout: {field} must be a file name, found {name!r}'
                )
            if (field == 'name' or name) and name.count('{video}') != 1:
                raise ValueError(
                    f'layout: {field} must be a file name that '
                    f'holds {{video}} once, found {name!r}'
                )
        if self.axes not in ('TNC', 'NTC'):
            raise ValueError(
                f"layout: axes must be 'TNC' or 'NTC', found {self.axes!r}"
            )

    @property
    def file_per_crop(self) -> bool:
        """Whether each crop has a file of its own."""
        return '{crop}' in self.name

    def file_name(self, video: str, crop: int = 0) -> str:
        """Name of the file of a crop; of the only file, whatever the crop."""
        return _fill(self.name, video, crop)

    def file_names(self, video: str, crop: int = 0) -> List[str]:
        """All names that the file of a crop may have, the usual one first."""
        names = [self.file_name(video, crop)]
        if crop == 0 and self.first_crop:
            names.append(_fill(self.first_crop, video, crop))
        return names

    def parse(self, file_name: str) -> Optional[Tuple[str, int]]:
        """Read a file name backwards.

        Args:
            file_name (str): Without folders. Of ``a__#1__2__0.npy`` in a file
                a crop only the final ``__0`` is the crop.

        Returns:
            tuple[str, int] or None: Video and crop, None if a file of this
            layout has no such name.
        """
        for pattern in filter(None, (self.name, self.first_crop)):
            match = _pattern(pattern).fullmatch(file_name)
            if match:
                return match['video'], int(match.groupdict().get('crop') or 0)
        return None


def _fill(pattern: str, video: str, crop: int) -> str:
    # Not str.format, to which a brace in a pattern of one's own is an error.
    return pattern.replace('{crop}', str(crop)).replace('{video}', video)


@lru_cache(maxsize=None)
def _pattern(name: str) -> Pattern:
    escaped = re.escape(name)
    escaped = escaped.replace(re.escape('{video}'), '(?P<video>.+)')
    escaped = escaped.replace(re.escape('{crop}'), '(?P<crop>0|[1-9][0-9]*)')
    return re.compile(escaped, re.DOTALL)


LAYOUTS: Dict[str, FeatureLayout] = {
    # What tools/features/extract.py writes; also C3D and CLIP features.
    'packed': FeatureLayout('{video}.npy'),
    # RTFM's and S3R's released features, XD-Violence packed: (T, N, C).
    'rtfm': FeatureLayout('{video}_i3d.npy'),
    # (N, T, C) under the same names.
    'crop_first': FeatureLayout('{video}_i3d.npy', axes='NTC'),
    # MGFN's (N, 32, C + 1) with the magnitude as the last channel.
    'mgfn': FeatureLayout(
        '{video}_i3d.npy', axes='NTC', drop_last=1, num_segments=32
    ),
    # 1024-d UCF-Crime and XD-Violence, CLIP: Abuse028_x264__0.npy … __9.npy.
    'per_crop': FeatureLayout('{video}__{crop}.npy', '{video}.npy'),
    # 1024-d ShanghaiTech: 01_0015_0.npy … 01_0015_9.npy.
    'per_crop_single': FeatureLayout('{video}_{crop}.npy'),
    # XD-Violence's audio, (T, 128), one file for all crops.
    'vggish': FeatureLayout('{video}__vggish.npy'),
    # Sultani et al.'s C3D: 32 lines of 4096 numbers.
    'sultani_text': FeatureLayout('{video}.txt', num_segments=32),
}


def get_layout(layout: Union[str, Mapping]) -> FeatureLayout:
    """Look a layout up, or make one.

    Args:
        layout (str or Mapping): One of the keys of :data:`LAYOUTS`, or the
            fields of a :class:`FeatureLayout` of one's own.

    Raises:
        ValueError: If the name is unknown, or a field is.

    Examples:
        >>> get_layout('per_crop').file_names('Abuse028')
        ['Abuse028__0.npy', 'Abuse028.npy']
    """
    if isinstance(layout, Mapping):
        try:
            return FeatureLayout(**layout)
        except TypeError as error:
            raise ValueError(
                f'layout: {error}; found {dict(layout)}, '
                'expected the fields of FeatureLayout'
            ) from error
    if layout not in LAYOUTS:
        raise ValueError(
            f'layout: found {layout!r}, expected one of {sorted(LAYOUTS)}'
        )
    return LAYOUTS[layout]


def reduce_path(path: str) -> str:
    """File name without folders, of Linux and of Windows paths alike.

    Old ``.list`` files hold absolute paths of their makers' machines.

    Examples:
        >>> reduce_path('/home/me/features/Abuse028.npy')
        'Abuse028.npy'
    """
    return path.replace('\\', '/').rsplit('/', 1)[-1]
