"""Names that UR-DMU and BN-WVAD have in common: embedding, transformer."""

from .renaming import Rules

LAYER = r'neck\.layers\.(\d+)'
RULES: Rules = (
    (r'neck\.embedding', 'embedding.conv_1.0'),
    (rf'{LAYER}\.attention_norm', r'selfatt.layers.\1.0.norm'),
    (rf'{LAYER}\.attention\.qkvt', r'selfatt.layers.\1.0.fn.to_qkv'),
    (rf'{LAYER}\.attention\.out', r'selfatt.layers.\1.0.fn.to_out.0'),
    (rf'{LAYER}\.feedforward_norm', r'selfatt.layers.\1.1.norm'),
    (rf'{LAYER}\.feedforward', r'selfatt.layers.\1.1.fn.net'),
)
