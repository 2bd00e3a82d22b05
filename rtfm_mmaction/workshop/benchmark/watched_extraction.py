"""The extraction that :func:`measure_extraction_memory` starts.

Run as a program, with the arguments of :func:`extract` as JSON.
"""

import json
import resource
import sys
from pathlib import Path

from ...extraction import build_extractor, extract_videos
from .extraction import extraction_config


def extract(video: str, out: str) -> None:
    """Extract one video and print the memory at its highest, in bytes.

    Args:
        video (str): Video file.
        out (str): Folder of the features.
    """
    extractor = build_extractor(
        extraction_config('inception-i3d', 1), dtype='bf16', random=True
    )
    extract_videos(extractor, [Path(video)], Path(out), quiet=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


if __name__ == '__main__':
    extract(**json.loads(sys.argv[1]))
