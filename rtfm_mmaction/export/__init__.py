"""Detector and backbone as files that run without this package's models.

onnx and onnxruntime are imported when they are needed and not before.
"""

from ..lazy import lazily

NAMES = {
    'OnnxBackbone': 'onnx_runtime',
    'OnnxDetector': 'onnx_runtime',
    'export_backbone': 'exporting',
    'export_detector': 'exporting',
    'onnx_extractor': 'onnx_runtime',
}

__all__ = list(NAMES)

__getattr__ = lazily(__name__, NAMES)
