"""Detector and backbone as files that run without this package's models.

onnx and onnxruntime are imported when they are needed and not before.
"""

from .exporting import export_backbone, export_detector
from .onnx_runtime import OnnxBackbone, OnnxDetector, onnx_extractor

__all__ = [
    'OnnxBackbone',
    'OnnxDetector',
    'export_backbone',
    'export_detector',
    'onnx_extractor',
]
