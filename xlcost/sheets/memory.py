"""The sheet Memory."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Memory",
    "What the run needs on each GPU, and how many GPUs that makes.",
    section(
        "The model",
        "hidden ffn kv_width vocab tied_head head_params embedding_params attention_params matrix_params ffn_matrices "
        "active_matrices",
    ),
    section("The adapter", "attention_adapter ffn_adapter lora_params"),
    section("For all GPUs together", "weight_bytes beside_params weights_memory gradients_memory optimizer_memory"),
    section(
        "Of the tokens on a GPU",
        "active_ffn kept_inputs layer_activation stored_activation token_activation batch_tokens activation_memory "
        "logits_memory kept_memory",
    ),
    section(
        "On each GPU of the case",
        "unpacked_memory gathered_share model_shards weights_on_gpu optimizer_on_gpu gradients_on_gpu tensor_memory "
        "gpu_memory largest_part binding_tokens binding_part",
    ),
    section("A GPU", "gpu_memory_sold usable_memory"),
    section(
        "On each of so many GPUs",
        "gpu_count candidate_shards candidate_states candidate_gradients candidate_tensors candidate_memory fits",
    ),
    section("GPUs needed", "gpus_feasible gpus_needed"),
)
