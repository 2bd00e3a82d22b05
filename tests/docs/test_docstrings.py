"""Examples in docstrings run, and the functional cores have them."""

import ast
import doctest
import importlib
import inspect
import re

import pytest

from tests.support.helpers import ROOT

PACKAGE = ROOT / 'rtfm_mmaction'
# Arrays or tensors in, numbers out: each public name shows how.
FUNCTIONAL = [
    *sorted((PACKAGE / 'evaluation/functional').glob('[a-z]*.py')),
    *sorted((PACKAGE / 'models/losses').glob('[a-z]*.py')),
    PACKAGE / 'models/heads/selection.py',
    PACKAGE / 'datasets/ground_truth.py',
    PACKAGE / 'datasets/feature_layouts.py',
]
SHOWN = [
    path
    for path in sorted(PACKAGE.rglob('*.py'))
    if '.mim' not in path.parts and '>>> ' in path.read_text('utf-8')
]


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix('').parts
    return importlib.import_module('.'.join(parts))


def test_there_are_examples():
    """Or the tests below would hold of nothing."""
    assert len(FUNCTIONAL) > 12 and set(FUNCTIONAL) <= set(SHOWN)


def docstrings(path):
    """Docstrings of a file, without their code."""
    for node in ast.walk(ast.parse(path.read_text('utf-8'))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            text = re.sub(
                r'``.*?``|`[^`]*`',
                '',
                ast.get_docstring(node) or '',
                flags=re.S,
            )
            yield re.sub(r'^ *(>>>|\.\.\.).*(\n *\S.*)*', '', text, flags=re.M)


def test_bars_stand_between_backticks():
    """Or Sphinx takes what is between them for a name, and `make docs` fails;
    `::` stands before formulae in lines of their own."""
    found = [
        (path.relative_to(PACKAGE), text)
        for path in PACKAGE.rglob('*.py')
        if '.mim' not in path.parts
        for text in docstrings(path)
        if '::\n' not in text and re.search(r'(?<![\w|])\|(?=[^\s|])', text)
    ]
    assert found == []


@pytest.mark.parametrize('path', SHOWN, ids=lambda path: path.stem)
def test_examples_give_what_they_say(path):
    """Oracle: the docstrings themselves."""
    result = doctest.testmod(module_of(path))
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize('path', FUNCTIONAL, ids=lambda path: path.stem)
def test_functional_cores_have_an_example_each(path):
    """Property: of each public function and class that does something."""
    names = [
        node.name
        for node in ast.parse(path.read_text('utf-8')).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith('_')
    ]
    module = module_of(path)
    bare = [
        name
        for name in names
        if '>>> ' not in inspect.getdoc(getattr(module, name))
        # A record of named values does nothing.
        and not hasattr(getattr(module, name), '_fields')
    ]
    assert names and bare == []
