"""Tables in Markdown."""

from typing import Any, Iterable, Sequence


def markdown_table(
    head: Sequence[str], rows: Iterable[Sequence[Any]], words: int = 1
) -> str:
    r"""Write a table.

    Args:
        head (Sequence[str]): Titles of the columns.
        rows (Iterable[Sequence]): Cells, as many a row as titles.
        words (int): The first columns so many hold words and stand to the
            left, the others numbers, to the right. Defaults to 1.

    Returns:
        str: Lines, the last one without its end.

    Raises:
        ValueError: If a row has another number of cells.

    Examples:
        >>> print(markdown_table(['clips', 'used'], [['a|b', 3]]))
        | clips | used |
        | :-- | --: |
        | a\|b | 3 |
    """
    marks = [':--' if index < words else '--:' for index in range(len(head))]
    lines = []
    for row in (head, marks, *rows):
        if len(row) != len(head):
            raise ValueError(
                f'table: expected {len(head)} cells a row, found {list(row)}'
            )
        cells = (str(cell).replace('|', '\\|') for cell in row)
        lines.append(f'| {" | ".join(cells)} |')
    return '\n'.join(lines)
