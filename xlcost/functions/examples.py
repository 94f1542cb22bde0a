"""One example call of each FT_ function: for the sheet Functions, the reference and the tests."""

EXAMPLES: dict[str, tuple[float | str, ...]] = {
    "FT_TRAIN_TOKENS": (10000, 1000, 3),
    "FT_TRAIN_FLOPS": ("Llama-3.1-8B", 30, "LoRA"),
    "FT_GPU_HOURS": (8, 30, "H100-SXM"),
    "FT_COMPUTE_COST": (8, 30, "H100-SXM"),
    "FT_API_COST": (30, "openai gpt-4.1-mini SFT"),
    "FT_LABEL_COST": (10000, 0.08, 3, 0.12, 0.1, 0.5),
    "FT_DATA_COST": (10000, 0.08, 3),
    "FT_EXPERIMENTS": (0.25,),
    "FT_ITERATION_COST": (50, 0.25, 12),
    "FT_EVAL_COST": (500, 2),
    "FT_SERVING_COST": (300000, 800, 300),
    "FT_REPLICAS": (2, 6, 16, 0.5),
    "FT_UNIT_COST": (2209, 2.95, 0.25),
    "FT_DRIFT_MONTHS": (0.92, 0.83, 0.7, 9),
    "FT_MAINTENANCE_COST": (300000, 36),
    "FT_TALENT_COST": (36, 3, "team"),
    "FT_OPPORTUNITY_COST": (3, 50000, 0.3, 0.09),
    "FT_LABEL_ACCURACY": (3, 0.85),
    "FT_SYNTHETIC_COST": (5000, 1500, 500),
    "FT_SUCCESS_PROBABILITY": (0.25, 8),
    "FT_SAMPLE_SIZE": (0.05, 0.8, 0.8, 0.95),
    "FT_ERLANG_C": (0.5, 6, 4),
    "FT_RETRAIN_INTERVAL": (8000, 900),
    "FT_LOADED_COST": (145080, 0.702),
    "FT_DELAY_COST": (3, 50000, 0.3, 0.09),
    "FT_MFU": ("packed", "A100"),
    "FT_CALIBRATE": (8, 12500, "H100-SXM", "LoRA", 4096),
    "FT_GPU_MEMORY": ("Llama-3.1-8B", "LoRA", 1, 2, 2048),
    "FT_MIN_GPUS": ("Llama-3.1-8B", "H100-SXM", "full", 2, 2048),
    "FT_LORA_PARAMS": ("Llama-3.1-8B", 16, "all linear"),
    "FT_TOTAL": (),
    "FT_NPV": (),
    "FT_BREAKDOWN": (),
    "FT_CASHFLOW": (),
    "FT_GPU_PRICE": ("H100-SXM", "spot"),
    "FT_GPU_SPEC": ("H100-SXM", "tflops"),
    "FT_SALARY": ("software developer",),
    "FT_LABEL_PRICE": ("text class", "high"),
    "FT_DEFAULT": ("success_share",),
    "FT_SOURCE": ("wage_share",),
    "FT_VERSION": (),
    "FT_EXPLAIN": ("FT_UNIT_COST", 2209, 2.95, 0.25),
}


def as_formula(name: str) -> str:
    """The example as one would type it: `=FT_COMPUTE_COST(8, 30, "H100-SXM")`."""
    arguments = (f'"{each}"' if isinstance(each, str) else f"{each:g}" for each in EXAMPLES[name])
    return f"={name}({', '.join(arguments)})"
