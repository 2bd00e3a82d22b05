"""One video = one bag with one label.

Shapes: T snippets, N crops, C channels.
"""

import os
from collections import Counter
from typing import (
    Collection,
    Dict,
    List,
    Mapping,
    Optional,
    Tuple,
    Union,
)

from mmaction.registry import DATASETS
from mmengine.logging import print_log

from .annotated_dataset import AnnotatedDataset
from .feature_files import probe_features
from .feature_folder import FeatureFolder
from .feature_layouts import FeatureLayout, get_layout
from .feature_record import FeatureRecord, gather_record
from .feature_streams import joint_shape
from .ground_truth import frame_labels, labels_alone
from .joined_store import open_store
from .layout_detection import detect_layout
from .problems import Problem


@DATASETS.register_module()
class WeakLabelDataset(AnnotatedDataset):
    """Videos with a label each, and their features.

    The annotation file is described in
    :mod:`rtfm_mmaction.datasets.annotations`. All files are looked up and
    their headers read when the data set is built, so that a missing or odd
    one is told before training starts, not hours after. Files behind remote
    storage are looked up (where it can list them) but fetched only when they
    are needed.

    Args:
        ann_file (str): JSON annotation file.
        data_prefix (dict): ``dict(features=FOLDER)``. More keys are more
            streams, such as ``audio=FOLDER``; their channels follow one
            another in the order of the keys.
        layout (str or dict): How the feature files are named and laid out: a
            key of ``rtfm_mmaction.datasets.feature_layouts.LAYOUTS``;
            'auto', to detect it and say what was found; or for each key of
            ``data_prefix`` one of these, or the fields of a
            ``FeatureLayout`` of one's own. Defaults to 'packed', what
            ``tools/features/extract.py`` writes.
        snippet_len (int): Frames of a snippet. Defaults to 16.
        allow_pickle (bool): Whether to unpickle feature files that hold
            Python objects. Only for files whose maker you trust. Defaults to
            False.
        backend_args (dict, optional): mmengine's storage of the features,
            such as ``dict(backend='petrel')``. Defaults to None: local, or by
            a prefix of the folder such as ``s3://`` or ``http://``.
        store (str, optional): Segment store of these videos that
            ``tools/data/pack.py`` wrote, below ``data_root``, in one piece
            or in shards; training reads it in place of the files. Defaults
            to None.
        val_ratio (float): Share of each class's videos that is held out for
            choosing a model by weak labels. Defaults to 0: none.
        val_part (str): Which part of the split this data set is, 'train' or
            'val'. Defaults to 'train'.
        val_seed (int): Seed of the split. Defaults to 0.
        **kwargs: ``only`` of :class:`AnnotatedDataset`, and those of
            :class:`mmengine.dataset.BaseDataset`: ``pipeline``, ``data_root``,
            ``test_mode``, ``indices``, …

    Raises:
        FileNotFoundError: If features are missing.
        ValueError: If a file is bad, crop counts or channels differ between
            files, the store is stale, or (``test_mode``) the ground truth
            does not fit the features' length.
    """

    def __init__(
        self,
        ann_file: str,
        data_prefix: dict,
        layout: Union[str, Mapping] = 'packed',
        snippet_len: int = 16,
        allow_pickle: bool = False,
        backend_args: Optional[dict] = None,
        store: Optional[str] = None,
        val_ratio: float = 0.0,
        val_part: str = 'train',
        val_seed: int = 0,
        **kwargs,
    ) -> None:
        if 'features' not in data_prefix:
            raise ValueError(
                'WeakLabelDataset: data_prefix must have the key '
                f"'features', found {sorted(data_prefix)}"
            )
        if store and kwargs.get('test_mode'):
            raise ValueError(
                'WeakLabelDataset: store holds the segments of training bags, '
                f'but testing needs whole videos; found store={store!r} in a '
                'data set with test_mode=True'
            )
        self.layouts = _layout_of_streams(layout, data_prefix)
        self.snippet_len = snippet_len
        self.allow_pickle = allow_pickle
        self.backend_args = backend_args
        self.store = store
        super().__init__(
            ann_file=ann_file,
            data_prefix=data_prefix,
            val_ratio=val_ratio,
            val_part=val_part,
            val_seed=val_seed,
            **kwargs,
        )

    def _join_prefix(self) -> None:
        # mmengine takes a path with a prefix that it does not know (it knows
        # s3:// and http://) for one below data_root.
        remote = {
            stream: root
            for stream, root in self.data_prefix.items()
            if '://' in root
        }
        super()._join_prefix()
        self.data_prefix.update(remote)
        if self.store and self.data_root:
            self.store = os.path.join(self.data_root, self.store)

    def load_data_list(self) -> List[dict]:
        """Read the annotations and find the features.

        Returns:
            list[dict]: The annotation's keys, and ``feature_files`` (stream
            -> list of str), ``feature_layouts`` (stream -> layout),
            ``allow_pickle``, ``backend_args``, ``num_snippets`` (T, None for
            remote files), ``num_crops`` (N), ``num_channels`` (C),
            ``snippet_len``; from a store also ``store``, ``store_row`` and
            ``store_resampling``.
        """
        videos = self.annotated()
        data_list, problems = self._probe(videos)
        if problems:
            raise self._error(problems, len(videos))
        return data_list

    def feature_record(self) -> FeatureRecord:
        """What the features of all videos were made with.

        Reads a side-car a video.
        """
        return gather_record(
            [self.get_data_info(index) for index in range(len(self))]
        )

    def probe(self) -> Tuple[List[dict], List[Problem]]:
        """Say all that is wrong, of a data set that need not be built yet.

        Reads what building the data set would read: annotations, names and
        headers, no values.

        Returns:
            tuple[list[dict], list[Problem]]: The data list of the videos that
            are sound, and the problems of the others.
        """
        try:
            videos = self.annotated()
        except (OSError, ValueError) as error:
            return [], [Problem('annotations', '', str(error))]
        return self._probe(videos)

    def _probe(self, videos: List[dict]) -> Tuple[List[dict], List[Problem]]:
        data_list: List[dict] = []
        problems: List[Problem] = []
        try:
            source = _Source(self, videos)
        except FileNotFoundError as error:
            return [], [Problem('missing', '', str(error))]
        except (OSError, ValueError) as error:
            return [], [Problem('layout', '', str(error))]
        for video in videos:
            entry = source.entry(video, problems)
            if entry is not None:
                data_list.append(entry)
        self._check_shapes(data_list, problems)
        if self.test_mode:
            self._check_ground_truth(data_list, problems)
        faulty = {problem.video for problem in problems}
        return [
            entry for entry in data_list if entry['video'] not in faulty
        ], problems

    @staticmethod
    def _check_shapes(data_list: List[dict], problems: List[Problem]) -> None:
        for key, what in (
            ('num_crops', 'crops'),
            ('num_channels', 'channels'),
        ):
            counts = Counter(video[key] for video in data_list)
            if len(counts) < 2:
                continue
            # What most have is right, the first of equals.
            usual = counts.most_common(1)[0][0]
            example = next(v for v in data_list if v[key] == usual)
            problems += [
                Problem(
                    'shape',
                    video['video'],
                    f'{file_of(video)}: found '
                    f'{video[key]} {what}, expected {usual} as in '
                    f'{file_of(example)}',
                )
                for video in data_list
                if video[key] != usual
            ]

    def _check_ground_truth(
        self, data_list: List[dict], problems: List[Problem]
    ) -> None:
        # Labels of whole videos need no frames.
        for video in [] if labels_alone(data_list) else data_list:
            segments = max(
                layout.num_segments
                for layout in video['feature_layouts'].values()
            )
            if segments:
                problems.append(
                    Problem(
                        'ground truth',
                        '',
                        f'{file_of(video)}: found {segments} segments of a '
                        'whole video, whose frames are not known; expected '
                        'the snippets of the full length, which testing '
                        'needs',
                    )
                )
                return
            try:
                if video['num_snippets'] is not None:
                    labels_of(video)
            except ValueError as error:
                problems.append(
                    Problem('ground truth', video['video'], str(error))
                )

    def _error(self, problems: List[Problem], videos: int) -> Exception:
        """One error for all problems."""
        missing = [p for p in problems if p.kind == 'missing']
        if missing and not missing[0].video:
            return FileNotFoundError(missing[0].message)
        if missing:
            return FileNotFoundError(
                f'{self.ann_file}: {len(missing)} of {videos} videos have no '
                f'features. First: {missing[0].message}'
            )
        more = len(problems) - 1
        return ValueError(
            problems[0].message
            + (
                f' (and {more} more problems, which rtfm check lists)'
                if more
                else ''
            )
        )


# T, which is not known of files behind a storage, N and C.
Shape = Tuple[Optional[int], int, int]


class _Source:
    """Where the features of a data set's videos come from."""

    def __init__(self, dataset: WeakLabelDataset, videos: List[dict]) -> None:
        self.dataset = dataset
        self.store = None
        self.folders: Dict[str, FeatureFolder] = {}
        if dataset.store:
            self.store = open_store(dataset.store)
            if not self.store.sources_exist(dataset.data_prefix):
                # Feature files may be moved away once they are packed.
                print_log(
                    f'{dataset.store}: the feature files are not here, '
                    'so whether they have changed is not checked',
                    'current',
                )
                self.layouts = self.store.layouts
                return
        self.folders = {
            stream: FeatureFolder(root, dataset.backend_args)
            for stream, root in dataset.data_prefix.items()
        }
        self.layouts = {
            stream: self._layout(stream, videos) for stream in self.folders
        }
        self.local = all(folder.local for folder in self.folders.values())
        self.remote_shape: Optional[Shape] = None

    def _layout(self, stream: str, videos: List[dict]) -> FeatureLayout:
        layout = self.dataset.layouts[stream]
        if layout is not None:
            return layout
        layout, message = detect_layout(
            self.folders[stream],
            [(video['video'], video['class']) for video in videos],
            self.dataset.allow_pickle,
        )
        print_log(message, 'current')
        return layout

    def entry(self, video: dict, problems: List[Problem]) -> Optional[dict]:
        """A video's entry of the data list; None, and problems, if bad."""
        name = video['video']
        files: Dict[str, List[str]] = {}
        try:
            for stream, folder in self.folders.items():
                files[stream] = folder.find(
                    name, video['class'], self.layouts[stream]
                )
        except FileNotFoundError as error:
            problems.append(Problem('missing', name, str(error)))
            return None
        except ValueError as error:
            problems.append(Problem('unreadable', name, str(error)))
            return None
        try:
            stored: dict = {}
            if self.store:
                stored, shape = self.store.entry(
                    name, files, self.layouts, self.dataset.data_prefix
                )
            else:
                shape = self._shape(name, files)
        except ValueError as error:
            kind = 'store' if self.store else 'unreadable'
            problems.append(Problem(kind, name, str(error)))
            return None
        dataset = self.dataset
        return dict(
            **video,
            feature_files=files,
            feature_layouts=self.layouts,
            allow_pickle=dataset.allow_pickle,
            backend_args=dataset.backend_args,
            num_snippets=shape[0],
            num_crops=shape[1],
            num_channels=shape[2],
            snippet_len=dataset.snippet_len,
            **stored,
        )

    def _shape(self, name: str, files: Dict[str, List[str]]) -> Shape:
        """T, N, C by the headers; of remote files by those of the first."""
        if self.remote_shape:
            return self.remote_shape
        dataset = self.dataset
        shape = joint_shape(
            {
                stream: probe_features(
                    paths,
                    self.layouts[stream],
                    dataset.allow_pickle,
                    dataset.backend_args,
                )
                for stream, paths in files.items()
            },
            files['features'][0],
        )
        if not self.local:
            self.remote_shape = (None, shape[1], shape[2])
        return shape


def _layout_of_streams(
    layout: Union[str, Mapping], streams: Collection[str]
) -> Dict[str, Optional[FeatureLayout]]:
    """Stream -> its layout, None where it is to be detected."""
    if isinstance(layout, str):
        layout = dict.fromkeys(streams, layout)
    if set(layout) != set(streams):
        raise ValueError(
            'WeakLabelDataset: layout must be one name, or one for each of '
            f'the streams {sorted(streams)} of data_prefix, found '
            f'{sorted(layout)}'
        )
    return {
        stream: None
        if layout[stream] == 'auto'
        else get_layout(layout[stream])
        for stream in streams
    }


def file_of(video: Mapping) -> str:
    """What to call a video in an error: its first file, else its name.

    Args:
        video (Mapping): Entry of a data list, or a sample's meta information.
    """
    for paths in (video.get('feature_files') or {}).values():
        return str(paths[0])
    return str(video.get('video', 'input'))


def labels_of(video: dict):
    """Frame ground truth of one entry of the data list.

    Args:
        video (dict): With the keys of
            :meth:`WeakLabelDataset.load_data_list`.

    Returns:
        np.ndarray: (T x snippet_len,) uint8 of 0 and 1.
    """
    return frame_labels(
        [] if video['label'] == 0 else video['abnormal_intervals'],
        video['frames'],
        video['num_snippets'],
        snippet_len=video['snippet_len'],
        video=video['video'],
    )
