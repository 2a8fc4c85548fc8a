"""Autoencoders of the published classes whose weights are set so that latents are the pixels themselves.

With them a measured error is that of the texturing path, not of an autoencoder. `AutoencoderKL` is no linear
network, so this takes some care: residual blocks end in zeros and add nothing; the last group
normalisation sees the colours, their negatives and plus and minus a thousand, so that its mean is nothing and
its deviation a constant; and the activation after it works on values lifted far into its linear range. What
is left of the non-linearity is below 1e-5. Pictures are not made smaller; the latents' scale is 0.2 of the
pixels' -1..1.
"""

from typing import Any

import torch
from diffusers import AutoencoderKL, AutoencoderTiny

SCALE = 0.2  # latents of -0.2..0.2: the small decoder's soft clamp leaves them alone
_ANCHOR = 1000.0  # what fixes the group statistics
_LIFT = 30.0  # SiLU is the identity there, to float32
_CHANNELS = 8  # r, g, b, their negatives, and two anchors


def exact_vae() -> AutoencoderKL:
    """encode(x).mode() * scaling_factor = 0.2 x in three channels and 0 in the fourth; decode inverts it."""
    vae = AutoencoderKL(
        block_out_channels=(_CHANNELS,),
        down_block_types=("DownEncoderBlock2D",),
        up_block_types=("UpDecoderBlock2D",),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=1,
        mid_block_add_attention=False,  # over every pixel of a picture that is not made smaller
        scaling_factor=SCALE,
        force_upcast=False,
        sample_size=64,
    )
    with torch.no_grad():
        _pass_through(vae)
        for coder in (vae.encoder, vae.decoder):
            _pass_colors(coder.conv_in)
            coder.conv_in.weight[3:6] = -coder.conv_in.weight[:3]
            coder.conv_in.bias[6:] = torch.tensor([_ANCHOR, -_ANCHOR])
            coder.conv_norm_out.weight.fill_(_ANCHOR * (2 / _CHANNELS) ** 0.5)
            coder.conv_norm_out.bias.fill_(_LIFT)
            _pass_colors(coder.conv_out)
            coder.conv_out.bias[:3] = -_LIFT
        vae.encoder.conv_out.bias[4:] = -30.0  # the logarithm of the variance
    return vae.eval()


def exact_small_vae() -> AutoencoderTiny:
    """The same latents as `exact_vae`, from pixels as the small autoencoder takes them."""
    vae = AutoencoderTiny(
        encoder_block_out_channels=(4,),
        decoder_block_out_channels=(4,),
        num_encoder_blocks=(1,),
        num_decoder_blocks=(1,),
        latent_channels=4,
    )
    with torch.no_grad():
        for weight in vae.parameters():
            weight.zero_()
        first, last = vae.encoder.layers[0], vae.encoder.layers[-1]
        _pass_colors(first)  # pixels arrive as 0..1 and stay above the rectifiers
        _pass_colors(last, 2 * SCALE)
        last.bias[:3] = -SCALE
        first, last = vae.decoder.layers[0], vae.decoder.layers[-1]
        _pass_colors(first, 1 / (2 * SCALE))
        first.bias[:3] = 0.5 + 1  # lifted, so that colours beyond black pass the rectifiers
        _pass_colors(last)
        last.bias[:3] = -1
    return vae.eval()


def _pass_through(vae: Any) -> None:
    """Zeroes what blocks add to their input, and makes the convolutions around the latents identities."""
    for name, module in vae.named_modules():
        if name.endswith(("resnets.0.conv2", "resnets.1.conv2")):
            module.weight.zero_()
            module.bias.zero_()
        elif name in ("quant_conv", "post_quant_conv"):
            module.weight.copy_(torch.eye(module.out_channels)[..., None, None])
            module.bias.zero_()


def _pass_colors(convolution: Any, gain: float = 1.0) -> None:
    convolution.weight.zero_()
    convolution.bias.zero_()
    for channel in range(3):
        convolution.weight[channel, channel, 1, 1] = gain
