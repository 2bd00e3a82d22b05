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

__all__ = list(NAMES)

__getattr__ = lazily(__name__, NAMES)
