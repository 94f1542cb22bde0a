"""Rules that others use for the same runs, to be judged by the same figures."""

from __future__ import annotations

from collections.abc import Mapping

PLAIN_FLOP = 6  # for a parameter and token
PLAIN_MFU = 0.40

# ftuneai 0.4.1, from PyPI, ftuneai/core/time.py: DEFAULT_MFU, LORA_FLOPS_EFFICIENCY, and of
# MULTI_GPU_SCALING the line NONE, which is its default sharding: 0.95 for every further GPU, and at least 0.80.
FTUNEAI_MFU: Mapping[str, float] = {"full": 0.35, "LoRA": 0.35, "QLoRA": 0.30}
FTUNEAI_ADAPTER_SHARE = 0.75
FTUNEAI_SCALING, FTUNEAI_LEAST_SCALING = 0.95, 0.80

RULES = (
    "6ND 40%: 6 FLOP for every active parameter and token, at 40% MFU, whatever the method",
    "ftuneai 0.4.1: the same FLOP, 0.75 of them for adapters; MFU 0.35, 0.30 for QLoRA; 0.95 for every further GPU, "
    "at least 0.80",
)


def plain_speed(active_params: float, peak: float) -> float:
    """Tokens a second and GPU by the plain rule; the peak is in FLOP a second."""
    return peak * PLAIN_MFU / (PLAIN_FLOP * active_params)


def ftuneai_speed(active_params: float, peak: float, method: str, gpus: float) -> float:
    """Tokens a second and GPU by the constants of ftuneai, with our peak and our count of active parameters."""
    share = 1.0 if method == "full" else FTUNEAI_ADAPTER_SHARE
    # A floor reached at 5 GPUs: beyond a few dozen the power itself would be 0.
    scaling: float = max(FTUNEAI_SCALING ** min(max(gpus - 1, 0.0), 100.0), FTUNEAI_LEAST_SCALING)
    speed: float = peak * FTUNEAI_MFU.get(method, 0.35) * scaling / (PLAIN_FLOP * active_params * share)
    return speed
