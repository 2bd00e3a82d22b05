"""The run of mmaction2's tool that :func:`seconds_of_mmaction` times.

Run as a program, with the arguments of :func:`extract` as JSON.
"""

import json
import os
import runpy
import sys
from pathlib import Path


def extract(folder: str, root: str) -> None:
    """Run the tool as its documentation tells for long videos.

    Args:
        folder (str): Folder of ``config.py``, ``weights.pth`` and
            ``list.txt``.
        root (str): Folder of the videos.
    """
    import mmaction

    import rtfm_mmaction  # noqa: F401  repairs the stack

    tool = Path(mmaction.__file__).parent / (
        '.mim/tools/misc/clip_feature_extraction.py'
    )
    os.chdir(folder)
    sys.argv = [
        str(tool),
        'config.py',
        'weights.pth',
        'out',
        '--video-list',
        'list.txt',
        '--video-root',
        root,
        '--long-video-mode',
        '--multi-view',
        '--clip-interval',
        '16',
        '--frame-interval',
        '1',
    ]
    runpy.run_path(str(tool), run_name='__main__')


if __name__ == '__main__':
    extract(**json.loads(sys.argv[1]))
