"""The fenced blocks of a page, and the commands in them."""

import re
import shlex
from typing import NamedTuple

BLOCK = re.compile(r'^```(\w+) ?(\S*)\n(.*?)^```$', re.M | re.S)


class Block(NamedTuple):
    """One block: its language, the name of a file or '', its lines."""

    kind: str
    name: str
    text: str


def blocks(path, *kinds):
    """Blocks of a page, of some languages or all."""
    found = [Block(*found) for found in BLOCK.findall(path.read_text('utf-8'))]
    return [block for block in found if not kinds or block.kind in kinds]


def commands(text):
    """Words of each command of a bash block, without comments."""
    lines = text.replace('\\\n', ' ').splitlines()
    words = [shlex.split(line, comments=True) for line in lines]
    return [command for command in words if command]
