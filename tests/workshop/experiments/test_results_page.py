"""tools/analysis/results_page.py: the generated parts of a page."""

import runpy

import pytest

from tests.support.helpers import ROOT

main = runpy.run_path(str(ROOT / 'tools/analysis/results_page.py'))['main']
PAGE = """# Title

<!-- experiment: runs -->
old

<!-- end -->
Between
<!-- output: said.txt -->
<!-- end -->
<!-- picture: a.png -->
<!-- end -->
Behind
"""


@pytest.fixture
def folder(tmp_path):
    runs = tmp_path / 'runs'
    runs.mkdir()
    (runs / 'command.txt').write_text('python tool.py x\n')
    (runs / 'table.md').write_text('| a |\n|---|\n| 1 |\n')
    (runs / 'chart.png').write_bytes(b'chart')
    (tmp_path / 'said.txt').write_text('AUC 0.5\n')
    (tmp_path / 'a.png').write_bytes(b'picture')
    (tmp_path / 'docs').mkdir()
    (tmp_path / 'docs/page.md').write_text(PAGE)
    return tmp_path


def refresh(folder):
    main([str(folder / 'docs/page.md'), '--root', str(folder)])
    return (folder / 'docs/page.md').read_text()


def test_parts_are_replaced_and_the_rest_stays(folder):
    """Oracle: the page written by hand."""
    expected = """# Title

<!-- experiment: runs -->

```bash
python tool.py x
```

| a |
|---|
| 1 |

![runs](pictures/runs.png)

<!-- end -->
Between
<!-- output: said.txt -->

```
AUC 0.5
```

<!-- end -->
<!-- picture: a.png -->

![a](pictures/a.png)

<!-- end -->
Behind
"""
    assert refresh(folder) == expected
    assert (folder / 'docs/pictures/runs.png').read_bytes() == b'chart'
    assert (folder / 'docs/pictures/a.png').read_bytes() == b'picture'
    assert refresh(folder) == expected  # what was written is replaced


@pytest.mark.parametrize(
    'old, new, message',
    [
        ('experiment:', 'figure:', "line 3: found 'figure', expected one of"),
        ('<!-- end -->\nBehind', 'Behind', 'line 10: found no <!-- end -->'),
        ('said.txt', 'none.txt', 'none.txt'),
    ],
)
def test_faults_leave_the_page_alone(folder, old, new, message):
    """Oracle: one sentence that names line or file; the page's own text."""
    page = folder / 'docs/page.md'
    text = page.read_text().replace(old, new)
    page.write_text(text)
    with pytest.raises(SystemExit, match=message):
        refresh(folder)
    assert page.read_text() == text
