"""MFU: how much of its peak a GPU sustains in training, by the software or by a measurement, and how sure that is."""

from xlcost.model.constants import (
    CALIBRATED_SIGMA,
    EXPERTS_SHARE,
    FAST_GPU,
    FLOP_PER_TFLOP,
    FORWARD_FLOP,
    NORMAL_P90,
    PRIOR_SIGMA,
)
from xlcost.model.words import (
    Table,
    exp,
    is_known,
    lookup,
    minimum,
    quantity,
    up_to,
    where,
)

STACKS = Table("stacks")
GPUS = Table("gpus")


@quantity("Peak of the GPU, bf16 dense", "TFLOP/second/GPU", overridable=True)
def gpu_tflops(gpu):
    """From the catalogue, without sparsity."""
    return lookup(GPUS.tflops, gpu)


@quantity("MFU of the software, GPUs up to Ada", "share")
def usual_mfu(stack):
    """Median of published runs on A100, L40S, RTX 4090 and the like."""
    return lookup(STACKS.mfu, stack)


@quantity("MFU of the software, GPUs of Hopper and later", "share")
def fast_mfu(stack):
    """Median of published runs on H100 and the like: a faster GPU waits more."""
    return lookup(STACKS.fast_mfu, stack)


@quantity("MFU of a mixture of experts, of that of a dense model", "x")
def experts_share(active_params, model_params):
    """Smaller matrices, and tokens that travel to their experts. 1 where all parameters are active."""
    return where(active_params < model_params, EXPERTS_SHARE, 1)


@quantity("MFU of the software on this GPU", "share")
def stack_mfu(gpu_tflops, fast_mfu, usual_mfu, experts_share):
    """By the peak of the GPU, and whether the model is a mixture of experts."""
    return where(gpu_tflops >= FAST_GPU, fast_mfu, usual_mfu) * experts_share


@quantity("Time of recomputed activations", "x")
def checkpointing_factor(activation_checkpointing, flops_per_param):
    """A second forward pass. Either this factor or a lower MFU, never both. Korthikanti et al. 2205.05198."""
    return where(activation_checkpointing == "yes", 1 + FORWARD_FLOP / flops_per_param, 1)


@quantity("Share of the peak that the measured speed takes", "share")
def measured_share(measured_tokens_per_second, flops_per_token, objective_factor, checkpointing_factor, gpu_tflops):
    """From tokens a second, of a run with this objective and checkpointing; 0 where none was measured."""
    return (
        measured_tokens_per_second
        * (flops_per_token * objective_factor * checkpointing_factor)
        / (gpu_tflops * FLOP_PER_TFLOP)
    )


@quantity("MFU that was measured", "share")
def measured_mfu(measured_share):
    """More than all of the peak is refused: the GPU, the tokens or the peak is not what it is said to be."""
    return up_to(measured_share, 1)


@quantity("MFU is calibrated", "flag")
def is_calibrated(measured_tokens_per_second):
    """1 where a speed was measured."""
    return where(measured_tokens_per_second > 0, 1, 0)


@quantity("MFU", "share", overridable=True)
def mfu(is_calibrated, measured_mfu, stack_mfu):
    """Model FLOPs utilisation: the share of the peak that a run sustains. Measured, or else that of the software."""
    return where(is_calibrated > 0, measured_mfu, stack_mfu)


@quantity("Spread of MFU", "1")
def mfu_sigma(is_calibrated):
    """Standard deviation of its logarithm, over published runs; less of it once calibrated."""
    return where(is_calibrated > 0, CALIBRATED_SIGMA, PRIOR_SIGMA)


@quantity("Best measured matrix product", "share")
def matmul_ceiling(gpu):
    """Share of the peak that a matrix product alone has reached. Unknown of many GPUs."""
    return lookup(GPUS.matmul_ceiling, gpu)


@quantity("MFU that nothing exceeds", "share")
def mfu_limit(gpu, matmul_ceiling):
    """That of a matrix product alone; the whole peak where it was not measured."""
    return where(is_known(GPUS.matmul_ceiling, gpu), matmul_ceiling, 1)


@quantity("MFU, low", "share")
def mfu_low(mfu, mfu_sigma):
    """One run in ten does worse."""
    return mfu * exp(-(NORMAL_P90 * mfu_sigma))


@quantity("MFU, high", "share")
def mfu_high(mfu, mfu_sigma, mfu_limit):
    """One run in ten does better."""
    return minimum(mfu_limit, mfu * exp(NORMAL_P90 * mfu_sigma))
