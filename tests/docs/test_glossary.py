"""docs/glossary.md: the words that newcomers asked for; its drawings."""

import re
import runpy

from tests.support.helpers import ROOT

TEXT = (ROOT / 'docs/glossary.md').read_text(encoding='utf-8')
ENTRIES = dict(re.findall(r'^\*\*(.*?)\.\*\* (.*?)\n$', TEXT, re.M | re.S))
ASKED = {
    'Snippet', 'Crop', 'Tile', 'Magnitude', 'MTN', 'Layout', 'Side-car',
    'Standardise', 'FAR',
}  # fmt: skip


def test_words_have_two_sentences_each():
    """Oracle: the words of those who did not know them."""
    assert ASKED <= ENTRIES.keys()
    for word, entry in ENTRIES.items():
        ends = re.findall(r'[.?!](?=\s+["A-Z`]|$)', entry.strip())
        assert len(ends) == 2, (word, entry)


def test_drawings_are_what_their_script_draws():
    """Oracle: the script; and each drawing is shown on a page."""
    drawn = runpy.run_path(str(ROOT / 'docs/draw.py'))['drawings']()
    found = {
        path.name: path.read_text(encoding='utf-8')
        for path in (ROOT / 'docs/drawings').iterdir()
    }
    assert found == drawn
    shown = ' '.join(
        page.read_text(encoding='utf-8')
        for page in (ROOT / 'docs').glob('*.md')
    )
    assert all(f'drawings/{name}' in shown for name in drawn)
