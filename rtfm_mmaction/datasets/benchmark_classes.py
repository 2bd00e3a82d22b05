"""Classes of the benchmarks' videos, and how their names tell them."""

import re

from .annotations import NORMAL

UCF_CLASSES = (
    'Abuse',
    'Arrest',
    'Arson',
    'Assault',
    'Burglary',
    'Explosion',
    'Fighting',
    'RoadAccidents',
    'Robbery',
    'Shooting',
    'Shoplifting',
    'Stealing',
    'Vandalism',
)
# Code in a name of XD-Violence -> class.
XD_CODES = {
    'B1': 'Fighting',
    'B2': 'Shooting',
    'B4': 'Riot',
    'B5': 'Abuse',
    'B6': 'CarAccident',
    'G': 'Explosion',
}
XD_CLASSES = tuple(XD_CODES.values())


def ucf_crime_class(video: str, where: str) -> str:
    """Class of a video of UCF-Crime, the leading letters of its name.

    Args:
        video (str): Name, ``RoadAccidents001_x264``; ``Normal_Videos…`` is
            normal.
        where (str): ``file:line``, for errors.

    Raises:
        ValueError: If it is none of :data:`UCF_CLASSES` or normal.
    """
    letters = re.split('[^A-Za-z]', video, maxsplit=1)[0]
    if letters not in (*UCF_CLASSES, NORMAL):
        raise ValueError(
            f'{where}: expected a video name that begins with '
            f'{NORMAL} or a class ({", ".join(UCF_CLASSES)}), found '
            f'{video!r}'
        )
    return letters


def xd_violence_class(video: str, where: str) -> str:
    """Class of a video of XD-Violence, that of the first code in its name.

    Args:
        video (str): Name, ``…_label_B2-G-0``.
        where (str): ``file:line``, for errors.

    Raises:
        ValueError: If the name does not end in ``_label_`` and known codes.
    """
    codes = video.rpartition('_label_')[2].split('-')
    given = [code for code in codes if code != '0']
    if '_label_' in video and codes == ['A']:
        return NORMAL
    if '_label_' not in video or not given or not set(given) <= set(XD_CODES):
        raise ValueError(
            f'{where}: expected a video name that ends in _label_'
            f' and A or codes of {", ".join(XD_CODES)} joined by -, '
            f'found {video!r}'
        )
    return XD_CODES[given[0]]
