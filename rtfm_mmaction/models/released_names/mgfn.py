"""MGFN's released state dict: GlanceFocus, MGFNHead."""

from .renaming import Rules

_BLOCK = r'neck\.stages\.(\d)\.(\d)'
RULES: Rules = (
    (r'neck\.to_tokens', 'to_tokens'),
    (r'neck\.to_mag', 'to_mag'),
    (rf'{_BLOCK}\.conv', r'stages.\1.0.layers.\2.0'),
    # Batch norms of the focus; a glance's norm has no number.
    (rf'{_BLOCK}\.attend\.norm\.0', r'stages.\1.0.layers.\2.1.norm'),
    (rf'{_BLOCK}\.attend', r'stages.\1.0.layers.\2.1'),
    # A dropout of rate 0 stands before the last layer.
    (rf'{_BLOCK}\.feed\.3', r'stages.\1.0.layers.\2.2.4'),
    (rf'{_BLOCK}\.feed', r'stages.\1.0.layers.\2.2'),
    (r'neck\.widenings\.(\d)', r'stages.\1.1'),
    (r'neck\.norm', 'to_logits.0'),
    (r'head\.classifier\.0', 'fc'),
)
