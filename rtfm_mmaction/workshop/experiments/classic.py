"""Support vector machines, the baselines without a deep network.

They read the features of a config's data sets, judge each snippet by itself
and are evaluated by the config's metric. Shapes: N crops, T snippets, C
channels; G instances of a snippet, 1 where crops are averaged, else N.
"""

from typing import Dict, Iterable, Optional

import numpy as np
import torch
from mmaction.registry import DATASETS, METRICS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from rich.progress import track
from sklearn.pipeline import Pipeline

from ...apis.fitting.classic_models import (
    fit_linear_svm,
    fit_one_class_svm,
    snippet_instances,
    some_rows,
)
from ...datasets.weak_label_dataset import WeakLabelDataset

METHODS = ('linear-svm', 'one-class-svm')


def to_unit_interval(decisions: np.ndarray) -> np.ndarray:
    """Squeeze decision values into (0, 1), in the same order, 0 to 0.5.

    By ``d / (1 + |d|)``: an exponential would give all large values the same
    float32, and a metric of ranks would see ties.

    Args:
        decisions (np.ndarray): Any shape.
    """
    return 0.5 + 0.5 * decisions / (1 + np.abs(decisions))


def evaluate_classic(
    config: Config,
    method: str,
    seed: int = 0,
    max_snippets: int = 10000,
    out_file: Optional[str] = None,
    run_info: Optional[dict] = None,
) -> Dict[str, float]:
    """Fit on a config's training data and evaluate on its test data.

    Training takes the bags as the config's pipeline makes them. Crops are
    averaged, or judged one by one and the highest taken, as
    ``model.head.crop_mode`` says.

    Args:
        config (Config): Of a model of features.
        method (str): 'linear-svm', trained on the mean of each video and
            applied to snippets; or 'one-class-svm', trained on the snippets
            of normal videos.
        seed (int): Of what is chosen at random. Defaults to 0.
        max_snippets (int): About so many normal snippets (crops of snippets,
            where they are judged one by one) the one-class machine is trained
            on, as many of each video. Defaults to 10000.
        out_file (str, optional): JSON file for the predictions, as
            ``tools/test.py --dump`` writes them; magnitudes are those of the
            raw features. Defaults to None.
        run_info (dict, optional): What to note there.

    Returns:
        dict[str, float]: The figures of the config's metric.

    Raises:
        ValueError: If method or data sets do not fit; names what was found.
    """
    if method not in METHODS:
        raise ValueError(
            f'method: found {method!r}, expected one of {", ".join(METHODS)}'
        )
    if max_snippets < 1:
        raise ValueError(
            f'max_snippets: found {max_snippets}, expected at least 1'
        )
    init_default_scope(config.get('default_scope', 'mmaction'))
    np.random.seed(seed)  # for pipelines that choose at random
    train = config.train_dataloader.dataset
    train = _build(train.get('dataset', train))
    # Of the contract's two modes; a head that does not say has averages.
    competes = config.model.head.get('crop_mode') == 'instance'
    crop_mode = 'instance' if competes else 'average'
    machine = _fit(train, method, crop_mode, seed, max_snippets)
    # A one-class machine says how normal a snippet is.
    sign = 1 if method == 'linear-svm' else -1
    test = _build(config.test_dataloader.dataset)
    metric = METRICS.build(
        {**config.test_evaluator, 'out_file': out_file, 'run_info': run_info}
    )
    metric.dataset_meta = test.metainfo
    for index in track(range(len(test)), 'test videos'):
        packed = test[index]
        bag = packed['inputs'].numpy()
        sample = packed['data_samples'].to_dict()
        decisions = sign * _decide(
            machine, snippet_instances(bag.swapaxes(0, 1), crop_mode)
        )
        average = crop_mode == 'average'
        norms = np.linalg.norm(bag, axis=-1)
        sample.update(
            snippet_scores=_tensor(to_unit_interval(decisions.max(1))),
            snippet_magnitudes=_tensor(
                norms.mean(0) if average else norms.max(0)
            ),
            crop_scores=_tensor(to_unit_interval(decisions)),
        )
        metric.process(None, [sample])
    return metric.evaluate(len(test))


def _build(options: dict) -> WeakLabelDataset:
    dataset = DATASETS.build(options)
    if not isinstance(dataset, WeakLabelDataset):
        raise ValueError(
            f'data set: found a {type(dataset).__name__}, expected a '
            'WeakLabelDataset: support vector machines judge features'
        )
    return dataset


def _fit(
    dataset: WeakLabelDataset,
    method: str,
    crop_mode: str,
    seed: int,
    max_snippets: int,
) -> Pipeline:
    labels = [dataset.get_data_info(i)['label'] for i in range(len(dataset))]
    if method == 'linear-svm':
        if len(set(labels)) < 2:
            raise ValueError(
                f'{dataset.ann_file}: found videos of label {labels[0]} alone,'
                ' expected abnormal and normal ones'
            )
        bags = _bags(dataset, range(len(dataset)), crop_mode)
        means = np.stack([bag.mean((0, 1)) for bag in bags])
        return fit_linear_svm(means, np.array(labels), seed)
    normal = [index for index, label in enumerate(labels) if label == 0]
    if not normal:
        raise ValueError(
            f'{dataset.ann_file}: found no normal videos, '
            'expected some to learn from'
        )
    rng = np.random.default_rng(seed)
    share = -(-max_snippets // len(normal))
    chosen = []
    for bag in _bags(dataset, normal, crop_mode):
        rows = bag.reshape(-1, bag.shape[-1])
        chosen.append(some_rows(rows, share, rng))
    return fit_one_class_svm(np.concatenate(chosen))


def _bags(
    dataset: WeakLabelDataset, indices: Iterable[int], crop_mode: str
) -> Iterable[np.ndarray]:
    for index in track(list(indices), 'training videos'):
        bag = dataset[index]['inputs'].numpy()
        yield snippet_instances(bag.swapaxes(0, 1), crop_mode)


def _decide(machine: Pipeline, instances: np.ndarray) -> np.ndarray:
    """(T, G, C) -> (T, G)."""
    values = machine.decision_function(
        instances.reshape(-1, instances.shape[-1])
    )
    return values.reshape(instances.shape[:2])


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float32))
