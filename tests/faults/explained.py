"""Whether a message stands in docs/troubleshooting.md, with what to do."""

import re
from functools import lru_cache
from typing import List, Pattern

from tests.support.helpers import ROOT

PAGE = ROOT / 'docs/troubleshooting.md'


@lru_cache
def entries() -> List[Pattern]:
    """What is said, of each row of the tables; … stands for anything."""
    rows = re.findall(r'^\| `(.*?)` \| .+ \|$', PAGE.read_text('utf-8'), re.M)
    return [
        re.compile('.*'.join(map(re.escape, row.split('…')))) for row in rows
    ]


def is_explained(line: str) -> bool:
    """Tell whether a row is of this line.

    Args:
        line (str): What a command printed.
    """
    return any(entry.search(line) for entry in entries())
