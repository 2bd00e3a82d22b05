"""What the tools do, as functions."""

from ..lazy import lazily

NAMES = {
    'AnomalyInferencer': 'inferencer',
    'AnomalyResult': 'result',
    'FitResult': 'fitting.fit',
    'FrameStream': 'streaming',
    'OnlineEvents': 'online_events',
    'OnnxInferencer': 'onnx_inferencer',
    'StreamingDetector': 'streaming',
    'build_runner': 'running',
    'fit': 'fitting.fit',
    'load_config': 'running',
}

__all__ = [
    'AnomalyInferencer',
    'AnomalyResult',
    'FitResult',
    'FrameStream',
    'OnlineEvents',
    'OnnxInferencer',
    'StreamingDetector',
    'build_runner',
    'fit',
    'load_config',
]

__getattr__ = lazily(__name__, NAMES)
