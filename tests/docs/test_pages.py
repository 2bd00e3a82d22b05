"""README and docs/: links lead somewhere, commands are what parsers take."""

import re
from importlib import import_module

import pytest

from rtfm_command import MAIN, WORKSHOP
from tests.support.fenced import BLOCK, blocks, commands
from tests.support.helpers import ROOT

PAGES = sorted((ROOT / 'docs').glob('*.md'))
LINKED = [ROOT / 'README.md', ROOT / 'CONTRIBUTING.md', *PAGES]
# Processes stand behind the config of these.
SHELL = re.compile(r'^tools/dist_(\w+)\.sh (\S+) \d+ ', re.M)


def prose(path):
    """A page without its fenced blocks."""
    return BLOCK.sub('', path.read_text('utf-8'))


def anchors(path):
    """Headings of a page, as GitHub and MyST name them."""
    headings = re.findall(r'^#+ (.*)$', prose(path), re.M)
    return {
        re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-')
        for heading in headings
    }


@pytest.mark.parametrize('path', LINKED, ids=lambda path: path.stem)
def test_links_lead_to_files_and_headings(path):
    """Oracle: the files, and their headings. (contributing.md and changelog.md
    of the site are the files one folder up.)"""
    for target in re.findall(r'\]\(([^)\s]+)\)', prose(path)):
        if re.match(r'\w+:', target):
            continue
        name, _, heading = target.partition('#')
        file = (path.parent / name).resolve() if name else path
        assert file.is_file(), f'{path.name}: {target}'
        if file.stem in ('contributing', 'changelog'):
            file = ROOT / f'{file.stem.upper()}.md'
        if heading:
            assert heading in anchors(file), f'{path.name}: {target}'


def test_the_index_has_every_page():
    """Oracle: the folder."""
    listed = re.findall(
        r'^[\w/]+$', (ROOT / 'docs/index.md').read_text(), re.M
    )
    assert sorted(listed) == sorted(
        ['api/modules', *(p.stem for p in PAGES if p.stem != 'index')]
    )


def test_the_readme_is_short_and_narrow():
    """Property: 190 lines at most, none over 100 characters; and it lists the
    pages."""
    text = (ROOT / 'README.md').read_text(encoding='utf-8')
    lines = text.splitlines()
    assert len(lines) <= 190
    assert [line for line in lines if len(line) > 100] == []
    listed = set(re.findall(r'^\| \[.*?\]\(docs/(\w+)\.md\)', text, re.M))
    rest = {'index', 'contributing', 'changelog'}
    assert listed == {path.stem for path in PAGES} - rest


def command_modules():
    """``rtfm …`` and ``tools/….py`` -> module that runs it."""
    modules = {}
    for room in (MAIN, WORKSHOP):
        for name in room.commands:
            modules[f'{room.prog} {name}'] = room.module(name)
    for path in (ROOT / 'tools').rglob('*.py'):
        module = re.match(r'from (\S+) import main', path.read_text())[1]
        modules[f'python {path.relative_to(ROOT)}'] = module
    return modules


@pytest.mark.parametrize('path', LINKED, ids=lambda path: path.stem)
def test_commands_are_taken_by_their_parsers(path):
    """Oracle: each command's own parser; … stands for what is the reader's."""
    modules = command_modules()
    for block in blocks(path, 'bash'):
        text = SHELL.sub(r'rtfm \1 \2 ', block.text).replace('$seed', '0')
        for words in commands(text):
            if words[0] not in ('rtfm', 'python') or words[1] == '-m':
                continue
            length = 3 if words[1] == 'workshop' else 2
            module = modules[' '.join(words[:length])]
            arguments = [word for word in words[length:] if word != '…']
            import_module(module).make_parser().parse_args(arguments)
