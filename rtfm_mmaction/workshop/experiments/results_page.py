"""Keep the figures of a Markdown page as the tools have written them.

Between a line ``<!-- KIND: PATH -->`` and a line ``<!-- end -->`` stands what
is made of a file or folder; all else on the page is left alone. Kinds:

- ``experiment``: folder of ``tools/analysis/{ablation,compare,...}.py``: its
  command, table and chart;
- ``output``: text file, what a command has printed;
- ``picture``: image file.

Pictures are copied beside the page, to ``pictures/``.
"""

import re
import shutil
from pathlib import Path
from typing import Callable, Dict, Union

from ...io.atomic import atomic_path
from .experiment import CHART, COMMAND

OPENING = re.compile(r'<!-- (\w+): (\S+) -->')
CLOSING = '<!-- end -->'
PICTURES = 'pictures'


def refresh_page(page: Union[str, Path], root: Union[str, Path]) -> int:
    """Write the generated parts of a page anew.

    Args:
        page (str or Path): Markdown file.
        root (str or Path): Folder that the paths on it are relative to.

    Returns:
        int: The parts.

    Raises:
        FileNotFoundError: If the page, or something that it names, is
            missing.
        ValueError: If a part has an unknown kind or no end. The page is left
            as it was.
    """
    page, root = Path(page), Path(root)
    lines = page.read_text(encoding='utf-8').splitlines()
    written, count, end = [], 0, 0
    for index, line in enumerate(lines):
        found = OPENING.fullmatch(line)
        if index < end or not found:
            if index >= end:
                written.append(line)
            continue
        kind, path = found.groups()
        if kind not in KINDS:
            raise ValueError(
                f'{page}, line {index + 1}: found {kind!r}, '
                f'expected one of {", ".join(KINDS)}'
            )
        end = _closing(lines, index, page) + 1
        written += [
            line,
            '',
            KINDS[kind](root / path, page.parent),
            '',
            CLOSING,
        ]
        count += 1
    with atomic_path(page) as temporary:
        temporary.write_text('\n'.join(written) + '\n', encoding='utf-8')
    return count


def _closing(lines, start: int, page: Path) -> int:
    for index in range(start + 1, len(lines)):
        if lines[index] == CLOSING:
            return index
        if OPENING.fullmatch(lines[index]):
            break
    raise ValueError(
        f'{page}, line {start + 1}: found no {CLOSING} before '
        'the next part or the end of the page'
    )


def _experiment(folder: Path, beside: Path) -> str:
    command = (folder / COMMAND).read_text(encoding='utf-8').strip()
    table = (folder / 'table.md').read_text(encoding='utf-8').strip()
    chart = _picture(folder / CHART, beside, f'{folder.name}.png')
    return f'```bash\n{command}\n```\n\n{table}\n\n{chart}'


def _output(file: Path, beside: Path) -> str:
    return f'```\n{file.read_text(encoding="utf-8").rstrip()}\n```'


def _picture(file: Path, beside: Path, name: str = '') -> str:
    name = name or file.name
    with atomic_path(beside / PICTURES / name) as temporary:
        shutil.copyfile(file, temporary)
    return f'![{Path(name).stem}]({PICTURES}/{name})'


KINDS: Dict[str, Callable[[Path, Path], str]] = dict(
    experiment=_experiment, output=_output, picture=_picture
)
