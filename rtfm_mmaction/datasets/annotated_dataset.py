"""What data sets of features and of videos have in common."""

from typing import List, Optional, Sequence

from mmengine.dataset import BaseDataset

from .annotations import load_annotations
from .held_out import split_held_out

PARTS = ('train', 'val')


class AnnotatedDataset(BaseDataset):
    """The videos of an annotation file, or a part of them.

    Args:
        val_ratio (float): Share of each class's videos that is held out for
            choosing a model by weak labels. Defaults to 0: none.
        val_part (str): Which part of the split this data set is, 'train' or
            'val'. Defaults to 'train'.
        val_seed (int): Seed of the split. Defaults to 0.
        only (Sequence[str], optional): Names of the only videos to take, of
            those that there are after that. Defaults to None: all.
        **kwargs: Of :class:`mmengine.dataset.BaseDataset`.
    """

    def __init__(
        self,
        val_ratio: float = 0.0,
        val_part: str = 'train',
        val_seed: int = 0,
        only: Optional[Sequence[str]] = None,
        **kwargs,
    ) -> None:
        if val_part not in PARTS:
            raise ValueError(
                f'{type(self).__name__}: val_part must be one of '
                f'{PARTS}, found {val_part!r}'
            )
        self.val_ratio = val_ratio
        self.val_part = val_part
        self.val_seed = val_seed
        self.only = None if only is None else frozenset(only)
        super().__init__(**kwargs)

    def annotated(self) -> List[dict]:
        """The annotated videos of this part."""
        metainfo, videos = load_annotations(self.ann_file)
        for key, value in metainfo.items():
            self._metainfo.setdefault(key, value)
        return self.part_of(videos)

    def part_of(self, videos: List[dict]) -> List[dict]:
        """The videos of an annotation file that belong to this data set.

        Args:
            videos (list[dict]): All of the file.

        Returns:
            list[dict]: Those of ``val_part``, all where nothing is held out;
            of them ``only`` those that are asked for.

        Raises:
            ValueError: If they cannot be split so, or ``only`` has a name
                that the file has not; names the file.
        """
        names = {video['video'] for video in videos}
        for name in sorted((self.only or frozenset()) - names):
            raise ValueError(
                f'{self.ann_file}: expected video {name!r}, that only= '
                f'names, found {len(names)} others'
            )
        if self.val_ratio:
            videos = self._held_out(videos)
        if self.only is None:
            return videos
        return [video for video in videos if video['video'] in self.only]

    def _held_out(self, videos: List[dict]) -> List[dict]:
        try:
            parts = split_held_out(videos, self.val_ratio, self.val_seed)
        except ValueError as error:
            raise ValueError(f'{self.ann_file}: {error}') from error
        return [videos[index] for index in parts[PARTS.index(self.val_part)]]
