"""Videos themselves, for training the backbone with the detector.

Shapes: T snippets.
"""

from pathlib import Path
from typing import Dict, List, Sequence

from mmaction.registry import DATASETS

from ..io.frame_folder import is_frame_folder
from ..io.inputs import EXTENSIONS
from ..io.names import video_stem
from ..io.reading import check_folder
from ..io.video import Video, count_snippets
from ..io.walking import search
from .annotated_dataset import AnnotatedDataset
from .feature_folder import composed
from .ground_truth import labels_alone
from .weak_label_dataset import labels_of


@DATASETS.register_module()
class WeakLabelVideoDataset(AnnotatedDataset):
    """Videos with a label each.

    The annotation file is that of
    :class:`~rtfm_mmaction.datasets.WeakLabelDataset`, and so are pairs,
    metric and held-out videos. Files and folders of frames are found by the
    video's name, with any extension, in the folder or any below it, that of
    ``cam1/00-15`` in a folder ``cam1``, and opened when the data set is built,
    so that a missing one is told before training starts.

    Args:
        ann_file (str): JSON annotation file.
        data_prefix (dict): ``dict(video=FOLDER)``.
        snippet_len (int): Frames of a snippet. Defaults to 16.
        tail (str): What becomes of the frames behind the last whole snippet,
            see :func:`~rtfm_mmaction.io.video.count_snippets`. Defaults to
            'drop', as in extraction.
        **kwargs: Of :class:`AnnotatedDataset` and
            :class:`mmengine.dataset.BaseDataset`: ``val_ratio``,
            ``pipeline``, ``data_root``, ``test_mode``, …

    Raises:
        FileNotFoundError: If the folder or a video's file is missing.
        ValueError: If a video has several files, cannot be opened, is shorter
            than a snippet, or (``test_mode``) has another ground truth than
            its length allows.
    """

    def __init__(
        self,
        ann_file: str,
        data_prefix: dict,
        snippet_len: int = 16,
        tail: str = 'drop',
        **kwargs,
    ) -> None:
        if set(data_prefix) != {'video'}:
            raise ValueError(
                'WeakLabelVideoDataset: data_prefix must have the one key '
                f"'video', found {sorted(data_prefix)}"
            )
        count_snippets(0, snippet_len, tail)  # refuses other rules
        self.snippet_len = snippet_len
        self.tail = tail
        super().__init__(ann_file=ann_file, data_prefix=data_prefix, **kwargs)

    def load_data_list(self) -> List[dict]:
        """Read the annotations and open the videos.

        Returns:
            list[dict]: The annotation's keys, and ``feature_files``
            ({'video': [path]}, by which a video is called in errors),
            ``num_snippets`` (T), ``snippet_len``, ``tail``.
        """
        videos = self.annotated()
        files = self._files(videos)
        has_frames = self.test_mode and not labels_alone(videos)
        data_list = []
        for video in videos:
            path = files[video['video']]
            entry = dict(
                **video,
                feature_files=dict(video=[str(path)]),
                num_snippets=self._count(path),
                snippet_len=self.snippet_len,
                tail=self.tail,
            )
            if has_frames:
                labels_of(entry)  # refuses what does not fit
            data_list.append(entry)
        return data_list

    def _files(self, videos: Sequence[dict]) -> Dict[str, Path]:
        """Name -> file of each video."""
        folder = self.data_prefix['video']
        check_folder(folder, 'a folder of videos')
        found: Dict[str, List[Path]] = {}
        for path in search(folder, EXTENSIONS, is_frame_folder).paths:
            found.setdefault(composed(video_stem(path)), []).append(path)
        files = {
            video['video']: _of_name(found, composed(video['video']))
            for video in videos
        }
        missing = [name for name, paths in files.items() if not paths]
        if missing:
            raise FileNotFoundError(
                f'{self.ann_file}: {len(missing)} of {len(videos)} videos '
                f'have no file. First: expected {folder}/{missing[0]} with '
                f'one of {" ".join(EXTENSIONS)}, found no such file'
            )
        for name, paths in files.items():
            if len(paths) > 1:
                raise ValueError(
                    f'video {name!r}: expected one file below {folder}, '
                    f'found {", ".join(map(str, paths))}'
                )
        return {name: path for name, (path,) in files.items()}

    def _count(self, path: Path) -> int:
        """T by what the file declares, or by its frames if that is vague."""
        video = Video(path)
        frames = video.declared if video.counts else video.count()
        snippets = count_snippets(frames, self.snippet_len, self.tail)
        if snippets == 0:
            raise ValueError(
                f'{path}: expected at least one snippet of '
                f'{self.snippet_len} frames, found {frames} frames'
            )
        return snippets


def _of_name(found: Dict[str, List[Path]], name: str) -> List[Path]:
    """Files of a name, which may say in which folders they lie."""
    way, slash, last = name.rpartition('/')
    return [
        path
        for path in found.get(last, [])
        if composed(path.parent.as_posix()).endswith(slash + way)
    ]
