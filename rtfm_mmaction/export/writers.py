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
from typing import Callable, Dict, Iterator, List

import numpy as np
import torch

from .graphs import Graph
from .metadata import KEY, describe
from .onnx_session import open_session
from .packages import require

# That of ReduceMean and the like with axes as an input; onnxruntime reads it
# from 1.14 on.
OPSET = 18
# The recording must not take a length of 1 for a constant.
EXAMPLE_SIZES = (3, 2)
# Snippets of four months. Without a bound torch before 2.13 finds one of its
# own, in which sizes in bytes fit, and takes that for a fault.
LONGEST = 2**24


@torch.no_grad()
def record(graph: Graph) -> torch.export.ExportedProgram:
    """Record a graph that serves axes of any length from 1 on.

    Args:
        graph (Graph): In evaluation mode.

    Raises:
        ValueError: If it does something that no such graph can.
    """
    axes = {
        axis: torch.export.Dim(name, min=1, max=LONGEST)
        for axis, name in graph.axes.items()
    }
    example = graph.example(*EXAMPLE_SIZES[: len(axes)])
    try:
        return torch.export.export(
            graph, (example,), dynamic_shapes={graph.input_name: axes}
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
    recorded = record(graph)
    try:
        with _quiet():
            program = torch.onnx.export(
                recorded,
                dynamo=True,
                opset_version=OPSET,
                dynamic_shapes={graph.input_name: graph.axes},
                input_names=[graph.input_name],
                output_names=list(graph.output_names),
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        raise _refusal(graph, error) from error
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


def open_onnx(path: Path) -> Callable[[np.ndarray], List[np.ndarray]]:
    """An ONNX file as a function of its one input."""
    session = open_session(path)
    name = session.get_inputs()[0].name
    return lambda inputs: session.run(None, {name: inputs})


def open_pt2(path: Path) -> Callable[[np.ndarray], List[np.ndarray]]:
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
OPENERS = {'.onnx': open_onnx, '.pt2': open_pt2}


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
