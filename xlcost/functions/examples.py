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
    "FT_SPOT_COST": (10, 8, 0.05),
    "FT_OWNED_GPU_PRICE": (35000, 4, 0.6),
    "FT_CHECKPOINT_COST": (8, "full", 5, 12),
    "FT_HOSTING_COST": (1.7, 1),
    "FT_TOTAL": (),
    "FT_NPV": (),
    "FT_BREAKDOWN": (),
    "FT_CASHFLOW": (),
    "FT_GPU_PRICE": ("H100-SXM", "spot"),
    "FT_GPU_SPEC": ("H100-SXM", "tflops"),
    "FT_TOKEN_PRICE": ("gpt-4.1-mini", "cached"),
    "FT_MODEL_SPEC": ("Llama-3.1-8B", "layers"),
    "FT_DEFAULT": ("success_share",),
    "FT_SOURCE": ("wage_share",),
    "FT_VERSION": (),
    "FT_EXPLAIN": ("FT_UNIT_COST", 2209, 2.95, 0.25),
}


def as_formula(name: str) -> str:
    """The example as one would type it: `=FT_COMPUTE_COST(8, 30, "H100-SXM")`."""
    arguments = (f'"{each}"' if isinstance(each, str) else f"{each:g}" for each in EXAMPLES[name])
    return f"={name}({', '.join(arguments)})"
