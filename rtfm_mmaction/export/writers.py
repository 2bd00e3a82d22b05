"""Graphs into files, and files as functions.

``torch.export`` records the graph, for ONNX files as well
(``torch.onnx.export(dynamo=True)``): it proves that the graph serves all
lengths from 1 on, or refuses, where the tracing exporter keeps what a Python
``if`` said of the one example and tells nobody.
"""

import io
import json
import logging
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping

import numpy as np
import torch

from .graphs import Graph
from .metadata import KEY, describe
from .onnx_session import open_session
from .packages import require

# That of ReduceMean and the like with axes as an input; onnxruntime reads it
# from 1.14 on.
OPSET = 18
# An input, and further ones by name, to outputs.
Run = Callable[..., List[np.ndarray]]
# The recording must not take a length of 1 for a constant.
EXAMPLE_SIZES = (3, 2)
# Snippets of four months. Without a bound torch before 2.13 finds one of its
# own, in which sizes in bytes fit, and takes that for a fault.
LONGEST = 2**24


@torch.no_grad()
def record(
    graph: Graph, with_more: bool = False
) -> torch.export.ExportedProgram:
    """Record a graph that serves axes of any length from 1 on.

    Args:
        graph (Graph): In evaluation mode.
        with_more (bool): Whether with its further inputs and outputs.
            Defaults to False.

    Raises:
        ValueError: If it does something that no such graph can.
    """
    axes = {
        # Sympy has functions of its own of such names.
        axis: torch.export.Dim(f'{name}_', min=1, max=LONGEST)
        for axis, name in graph.axes.items()
    }
    sizes = EXAMPLE_SIZES[: len(axes)]
    examples, shapes = [graph.example(*sizes)], {graph.input_name: axes}
    if with_more:
        examples += graph.more_inputs(*sizes).values()
        last = axes[max(axes)]
        shapes |= {
            name: {
                axis: last if factor == 1 else factor * last
                for axis, factor in growing.items()
            }
            for name, growing in _growing_axes(graph).items()
        }
    try:
        return torch.export.export(
            graph, tuple(examples), dynamic_shapes=shapes
        )
    except ValueError:  # the model's own
        raise
    except Exception as error:  # of many kinds
        raise _refusal(graph, error) from error


def write_onnx(graph: Graph, path: Path) -> None:
    """Write an ONNX file, weights and metadata within.

    Args:
        graph (Graph): In evaluation mode.
        path (Path): File to write.

    Raises:
        RuntimeError: If a package is missing.
        ValueError: If it cannot be exported.
    """
    require('onnx', 'onnxscript', 'onnxruntime')
    recorded = record(graph, with_more=True)
    growing = _growing_axes(graph)
    last = graph.axes[max(graph.axes)]
    names = {
        name: {
            axis: last if factor == 1 else f'{factor}*{last}'
            for axis, factor in axes.items()
        }
        for name, axes in growing.items()
    }
    try:
        with _quiet():
            program = torch.onnx.export(
                recorded,
                dynamo=True,
                opset_version=OPSET,
                dynamic_shapes={graph.input_name: graph.axes, **names},
                input_names=[graph.input_name, *growing],
                output_names=[*graph.output_names, *graph.more_outputs],
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        raise _refusal(graph, error) from error
    _make_optional(program.model.graph, graph, growing)
    program.model.metadata_props[KEY] = _describe(graph)
    program.save(str(path), external_data=False)


def write_pt2(graph: Graph, path: Path) -> None:
    """Write a file for ``torch.export.load``, metadata as an extra file.

    Args:
        graph (Graph): In evaluation mode.
        path (Path): File to write.

    Raises:
        ValueError: If it cannot be exported.
    """
    program = record(graph)
    # It would be stored along; clips of pixels are large.
    program.example_inputs = None
    # torch's own writer ends the process where the disk is full, and puts the
    # name of its file, here a temporary one, into it.
    content = io.BytesIO()
    torch.export.save(program, content, extra_files={KEY: _describe(graph)})
    path.write_bytes(content.getbuffer())


def open_onnx(path: Path) -> Run:
    """An ONNX file as a function of its input, and of further ones by name."""
    session = open_session(path)
    name = session.get_inputs()[0].name
    return lambda inputs, **more: session.run(None, {name: inputs, **more})


def open_pt2(path: Path) -> Run:
    """A file of ``torch.export`` as a function of its one input.

    Args:
        path (Path): The file that :func:`write_pt2` has just written, and no
            other: ``torch.export.load`` unpickles constants and evaluates
            expressions of a file, so that one of others could run code.
    """
    module = torch.export.load(path).module()

    def run(inputs: np.ndarray) -> List[np.ndarray]:
        outputs = module(torch.from_numpy(inputs))
        if isinstance(outputs, torch.Tensor):
            outputs = (outputs,)
        # Before torch 2.13 the file's weights ask for gradients again.
        return [output.detach().numpy() for output in outputs]

    return run


WRITERS: Dict[str, Callable[[Graph, Path], None]] = {
    '.onnx': write_onnx,
    '.pt2': write_pt2,
}
# Those that need not be given their further inputs, and so have some.
TAKES_MORE = ('.onnx',)
OPENERS: Dict[str, Callable[[Path], Run]] = {
    '.onnx': open_onnx,
    '.pt2': open_pt2,
}


def _growing_axes(graph: Graph) -> Dict[str, Dict[int, int]]:
    """Further input -> axis that grows with the graph's last one -> by how
    much.
    """
    rest = (1,) * (len(graph.axes) - 1)
    one, two = (graph.more_inputs(*rest, size) for size in (1, 2))
    return {
        name: {
            axis: size
            for axis, size in enumerate(value.shape)
            if two[name].shape[axis] != size
        }
        for name, value in one.items()
    }


def _make_optional(
    written: Any, graph: Graph, growing: Mapping[str, Mapping[int, int]]
) -> None:
    """Give further inputs their defaults, of size 1 on axes that grow.

    Args:
        written (onnx_ir.Graph): Changed.
        graph (Graph): What it was written of.
        growing (Mapping): See :func:`_growing_axes`.
    """
    import onnx_ir

    for value in written.inputs:
        if value.name not in graph.defaults:
            continue
        shape = [
            1 if axis in growing[value.name] else size
            for axis, size in enumerate(value.shape)
        ]
        filled = np.full(shape, graph.defaults[value.name], np.float32)
        value.const_value = onnx_ir.tensor(filled, name=value.name)
        written.register_initializer(value)


def _describe(graph: Graph) -> str:
    return json.dumps(describe(graph.kind, graph.facts()))


def _refusal(graph: Graph, error: Exception) -> ValueError:
    reason = ' '.join(str(error).split())
    return ValueError(
        f'{graph.kind}: expected one that torch can export for '
        f'any {" and ".join(graph.axes.values())}, found one that it cannot, '
        f'which runs by config and checkpoint alone: {reason:.300}'
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the exporter says of operators that nobody uses here."""
    logger = logging.getLogger('torch.onnx._internal.exporter._registration')
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield
    finally:
        logger.setLevel(level)
