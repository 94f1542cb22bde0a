"""The sheet Training."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Training",
    "What the run that ships needs, and what it costs.",
    section(
        "The model",
        "model_params active_params usual_layers layers usual_width attention_width usual_matmul_params matmul_params",
    ),
    section(
        "The run",
        "padded_tokens trained_tokens flops_per_param attention_flops flops_per_token objective_factor run_flops "
        "gpu_tflops checkpointing_factor",
    ),
    section(
        "How much of the peak it uses",
        "usual_mfu fast_mfu experts_share stack_mfu measured_share measured_mfu is_calibrated mfu mfu_sigma "
        "matmul_ceiling mfu_limit mfu_low mfu_high",
    ),
    section("How long it takes", "train_tokens_per_second run_gpu_hours"),
    section(
        "On rented GPUs",
        "gpu_offer gpu_price gpus_per_instance gpus_together instances run_hours paid_hours billed_hours "
        "billed_gpu_hours rented_run_cost",
    ),
    section(
        "Through an API",
        "train_price_known api_by_the_hour train_price_estimated listed_train_price reading_estimate "
        "sft_price_estimate train_price_estimate dpo_price_offered offered_dpo_price offered_sft_price "
        "api_train_price api_hour_price "
        "api_billed_tokens api_run_cost",
    ),
    section(
        "The stage",
        "run_cost shipped_run_cost trained_params checkpoint_bytes checkpoint_size api_checkpoint_price "
        "checkpoint_price checkpoint_cost "
        "training_people_cost training_cost",
    ),
)
