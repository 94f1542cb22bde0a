"""The axes along which quantities lie, besides those that the catalogue names (roles)."""

from xlcost.model.graph import axis

LAST_MONTH = 60

# Month 0 is the start: what is paid at once. Flows of later months fall at their end.
MONTH = axis("month", "Month", "month", range(LAST_MONTH + 1), flows=True)

# Replicas beyond those that the throughput alone calls for: candidates for meeting a latency target.
EXTRA_REPLICA = axis("extra_replica", "Replicas more", "replica", range(8))

# GPUs that a training run is tried on.
GPU_COUNT = axis("gpu_count", "GPUs, candidate", "GPU", (2**power for power in range(9)))

AXES = (MONTH, EXTRA_REPLICA, GPU_COUNT)
