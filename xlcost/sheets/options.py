"""The sheet Options: the workings of the alternatives, line by line. What is decided with them is on Alternatives."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Options",
    "What else could answer the same requests, line by line for every case. The sheet Alternatives sums it up.",
    section("What is allowed", "outside_allowed plan_allowed managed_offered managed_priced"),
    section(
        "A request: prompted",
        "prompt_input_price prompt_cached_price prompt_output_price prompt_batch_discount prompt_prefix_price "
        "prompt_uncached_cost prompt_cached_cost prompt_request_cost",
    ),
    section(
        "A request: the same prompt on a bigger model",
        "tier_input_price tier_cached_price tier_output_price tier_prefix_price tier_request_cost",
    ),
    section(
        "A request: retrieval",
        "passage_tokens embedding_cost rag_uncached_cost rag_cached_cost rag_request_cost hybrid_passage_cost",
    ),
    section(
        "Before launch",
        "prompt_upfront_cost rag_upfront_cost managed_build_cost managed_upfront_cost plan_upfront_cost "
        "hybrid_upfront_cost",
    ),
    section(
        "Every month, and again",
        "prompt_month_cost rag_month_cost managed_month_cost plan_month_cost hybrid_month_cost managed_retrain_cost",
    ),
    section(
        "Over the horizon",
        "token_markup request_markup managed_markup plan_markup prompt_total_cost rag_total_cost managed_total_cost "
        "plan_total_cost hybrid_total_cost prompt_present_cost rag_present_cost managed_present_cost "
        "hybrid_present_cost",
    ),
    section(
        "All costs of a request",
        "prompt_unit_cost rag_unit_cost managed_unit_cost hybrid_unit_cost",
    ),
    section(
        "Answers that are right, and what one costs",
        "managed_acceptance prompt_success_cost rag_success_cost managed_success_cost "
        "plan_success_cost hybrid_success_cost",
    ),
    section(
        "What right answers are worth",
        "path_months shared_request_cost shared_month_cost managed_months hybrid_months "
        "prompt_ahead rag_ahead managed_ahead hybrid_ahead "
        "prompt_margin rag_margin managed_margin hybrid_margin "
        "prompt_early_gain rag_early_gain managed_early_gain hybrid_early_gain "
        "prompt_head_start rag_head_start managed_head_start hybrid_head_start "
        "prompt_value rag_value managed_value plan_value hybrid_value",
    ),
    section("Builds that fail", "failed_builds plan_failed_cost managed_failed_cost"),
    section(
        "Cost less value: what is compared in the end",
        "prompt_net_cost rag_net_cost managed_net_cost plan_net_cost hybrid_net_cost",
    ),
    section(
        "Own GPUs: what a replica costs, and what a request takes of it",
        "answered_share replica_load plan_load replica_run_cost plan_replica_cost hybrid_replica_cost gpu_run_cost "
        "plan_gpu_cost hybrid_gpu_cost",
    ),
    section(
        "A straight line: one request more, and none",
        "prompt_variable_cost tier_variable_cost rag_variable_cost managed_variable_cost plan_token_cost "
        "plan_variable_cost hybrid_token_cost hybrid_variable_cost "
        "prompt_idle_cost rag_idle_cost managed_idle_cost plan_idle_cost hybrid_idle_cost",
    ),
    section(
        "Break-even of the plan",
        "prompt_gap prompt_saving prompt_first_saving prompt_replicas prompt_at_once prompt_breakeven_volume "
        "prompt_quality_gain prompt_value_saving prompt_value_first_saving prompt_value_replicas prompt_value_at_once "
        "prompt_value_volume tier_saving tier_first_saving tier_replicas tier_at_once tier_breakeven_volume "
        "rag_gap rag_saving rag_first_saving rag_replicas rag_at_once rag_breakeven_volume "
        "prompt_last_dearer prompt_breakeven_month rag_last_dearer rag_breakeven_month",
    ),
    section(
        "Break-even of the managed model",
        "managed_extra_upfront managed_extra_month managed_gap managed_saving managed_at_once "
        "managed_breakeven_volume managed_quality_gain managed_value_saving managed_value_at_once "
        "managed_value_volume uncached_saving uncached_at_once uncached_breakeven_volume managed_tier_saving "
        "managed_tier_at_once managed_tier_volume managed_last_dearer managed_breakeven_month",
    ),
    section(
        "A straight line, less what it brings",
        "prompt_early_months rag_early_months managed_early_months hybrid_early_months "
        "prompt_request_net rag_request_net managed_request_net plan_request_net hybrid_request_net "
        "prompt_fixed_net rag_fixed_net managed_fixed_net plan_fixed_net hybrid_fixed_net",
    ),
    section(
        "The best without tuning, and with it",
        "prompt_is_best verdict_rival best_untuned untuned_net_cost untuned_total_cost "
        "plan_is_best single_net_cost single_is_best best_tuned tuned_net_cost tuned_total_cost "
        "tuned_fixed_net tuned_request_net tuned_replica_cost tuned_load",
    ),
    section(
        "Break-even of the best with tuning, by cost less value",
        "gap_to_prompt gain_on_prompt first_gain_on_prompt replicas_over_prompt ahead_of_prompt volume_over_prompt "
        "gap_to_rag gain_on_rag first_gain_on_rag replicas_over_rag ahead_of_rag volume_over_rag "
        "verdict_saving verdict_volume",
    ),
    section(
        "The verdict",
        "verdict_worth_it verdict_choice verdict_net_cost verdict_total_cost verdict_margin verdict_extra_cost "
        "verdict_requests volume_reason shortfall_reason cost_reason verdict_reason",
    ),
    section(
        "What is said beside it",
        "benefit_note chance_matters untuned_acceptance allowed_managed_acceptance allowed_plan_acceptance most_right "
        "untuned_right_way plan_right_way most_right_way tuned_acceptance verdict_acceptance quality_matters",
    ),
)
