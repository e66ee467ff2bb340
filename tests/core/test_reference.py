"""Every id of `tests/reference` and the tests that hold it: nothing in those files goes untested, and nothing is renamed away.

The tests themselves stand where their subject is tested; this map names them, by reference.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import test_classification
import test_divergences
import test_divergences_hard
import test_families_continuous
import test_families_discrete
import test_fitting
import test_hard_cases
import test_likelihood
import test_losses
import test_mixtures
import test_optimizer_endings
import test_published
import test_regression_hard
import test_regression_published
import test_separation
import test_three_tests

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}
HARD = {case["id"]: case for case in json.loads((REFERENCE / "hard_cases.json").read_text(encoding="utf-8"))}

# Test → the ids that it is parametrised by, or that it reads.
PUBLISHED = {
    test_published.test_moments: test_published.MOMENTS,
    test_published.test_fit: list(test_published.FITS),
    test_published.test_loglik_printed_by_r: ["r_loglik_normal_1to5"],
    test_families_continuous.test_published_fit: list(test_families_continuous.FITS),
    test_families_continuous.test_published_laplace: ["scipy_laplace"],
    test_families_continuous.test_published_uniform: ["scipy_uniform"],
    test_families_discrete.test_published_fit: list(test_families_discrete.FITS),
    test_families_discrete.test_published_intervals_of_a_proportion: test_families_discrete.PROPORTIONS,
    test_mixtures.test_faithful_mixture_equal_sigma: ["faithful_mixture_equal_sigma"],
    test_regression_published.test_high_precision: list(test_regression_published.CASES),
    test_classification.test_recomputed_to_22_digits: test_classification.FITS,
    test_separation.test_published: test_separation.PUBLISHED,
    test_divergences.test_kl_edward: ["kl_edward"],
    test_divergences.test_published_divergences_of_two_normals: test_divergences.GAUSSIANS,
    test_divergences.test_scipy_jensenshannon: ["scipy_jensenshannon"],
    test_losses.test_published: test_losses.PUBLISHED,
}

DONE = {
    "all_equal_continuous": [test_hard_cases.test_equal_observations_have_no_maximum],
    "all_equal_gamma_weibull_beta": [test_hard_cases.test_equal_observations_have_no_maximum],
    "n1": [
        test_hard_cases.test_equal_observations_have_no_maximum,
        test_hard_cases.test_one_observation_is_enough_for_one_parameter,
    ],
    "n2": [
        test_hard_cases.test_two_observations,
        test_hard_cases.test_observations_up_to_one_more_than_parameters_are_called_few,
        test_families_continuous.test_two_values_leave_the_cauchy_a_half_circle,
    ],
    "empty": [test_hard_cases.test_what_is_not_a_sample],
    "zero_in_positive_family": [
        test_hard_cases.test_a_zero_among_positive_data_is_named,
        test_families_continuous.test_exponential_takes_zeros_and_one_observation,
    ],
    "scale_1e-12": [test_fitting.test_scale_equivariance_is_exact_for_powers_of_two],
    "nan_inf": [
        test_hard_cases.test_what_is_not_a_sample,
        test_regression_hard.test_nan_and_infinity,
        test_classification.test_what_is_refused,
        test_optimizer_endings.test_errors_say_what_is_wrong,
    ],
    "strings_objects_ints_bools": [
        test_hard_cases.test_what_is_not_a_sample,
        test_hard_cases.test_parameters_that_are_no_numbers_are_named,
        test_fitting.test_all_kinds_of_numbers_are_taken_and_none_is_changed,
        test_fitting.test_booleans_are_counts,
        test_regression_hard.test_strings_objects_ints_bools,
    ],
    "gamma_shape_tiny": [test_hard_cases.test_gamma_of_tiny_shape],
    "t_light_tails": [
        test_hard_cases.test_light_tails_make_a_student_t_normal,
        test_hard_cases.test_the_slope_at_the_normal_is_the_excess_of_kurtosis,
        test_hard_cases.test_light_tails_by_value_not_by_kurtosis,
    ],
    "t_df_small": [test_hard_cases.test_heavy_tails_below_one_degree_of_freedom],
    "nb_underdispersed": [test_families_discrete.test_underdispersed_counts_are_poisson],
    "poisson_all_zero": [
        test_hard_cases.test_poisson_of_zeros_is_on_the_boundary,
        test_three_tests.test_zero_counts_have_published_upper_bounds,
        test_regression_hard.test_poisson_all_zero,
    ],
    "bernoulli_all_same": [
        test_families_discrete.test_bernoulli_of_equal_trials_is_on_the_boundary,
        test_three_tests.test_zero_counts_have_published_upper_bounds,
        test_separation.test_one_class_alone_is_separated_by_the_intercept,
    ],
    "nb_noninteger_or_negative": [test_families_discrete.test_what_is_no_count_is_named],
    "uniform_pareto_endpoints": [
        test_families_continuous.test_interval_of_a_uniform_end_in_closed_form,
        test_families_continuous.test_pareto_in_closed_form,
    ],
    "mixture_one_component": [test_mixtures.test_one_normal_does_not_identify_a_mixture],
    "mixture_label_order": [test_mixtures.test_means_ascend_whatever_the_data],
    "perfect_fit_line": [
        test_regression_hard.test_perfect_fit_line,
        test_regression_published.test_exact_fit_is_flagged,
    ],
    "collinear": [test_regression_hard.test_collinear_columns_are_named],
    "x_constant": [test_regression_hard.test_constant_column_is_named],
    "p_ge_n": [test_regression_hard.test_no_more_observations_than_coefficients],
    "filip": [test_regression_hard.test_filip, test_regression_hard.test_filip_to_its_certified_digits],
    "student_t_reg_exact_fit": [test_regression_hard.test_student_t_with_most_points_on_a_line],
    "laplace_nonunique": [test_regression_hard.test_laplace_nonunique, test_regression_hard.test_laplace_unique],
    "poisson_overflow": [test_regression_hard.test_poisson_overflow],
    "complete_separation": [test_separation.test_complete_separation],
    "quasi_separation": [
        test_separation.test_quasi_separation,
        test_separation.test_quasi_separation_of_the_endometrial_data,
    ],
    "label_dtype": [test_classification.test_label_dtype],
    "logits_1000": [test_losses.test_logits_1000, test_losses.test_value_gradient_and_curvature_to_fifty_digits],
    "prob_0_1": [test_losses.test_prob_0_1],
    "softmax_shift": [test_losses.test_softmax_shift],
    "mse_saturation": [test_losses.test_mse_saturation],
    "kl_near_equal": [
        test_divergences_hard.test_kl_near_equal,
        test_divergences_hard.test_kl_near_equal_to_the_last_digits,
    ],
    "kl_sigma_ratio": [
        test_divergences_hard.test_kl_sigma_ratio,
        test_divergences_hard.test_quadrature_of_extremes_is_right_within_its_error_or_says_that_it_failed,
    ],
    "kl_sigma_zero": [test_divergences_hard.test_kl_sigma_zero],
    "kl_mvn_singular": [
        test_divergences_hard.test_kl_mvn_singular,
        test_divergences_hard.test_kl_of_ill_conditioned_covariances,
    ],
    "js_disjoint": [test_divergences_hard.test_js_disjoint],
    "tv_underflow": [test_divergences_hard.test_tv_underflow],
    "interval_at_boundary": [
        test_families_discrete.test_bernoulli_of_equal_trials_is_on_the_boundary,
        test_families_discrete.test_underdispersed_counts_are_poisson,
        test_hard_cases.test_light_tails_make_a_student_t_normal,
        test_regression_hard.test_a_perfect_fit_has_no_interval,
    ],
    "surface_mle_on_edge": [
        test_hard_cases.test_a_grid_that_misses_the_maximum_and_leaves_the_domain,
        test_likelihood.test_surface_is_loglik_cell_by_cell,
    ],
    "optimizer_divergence": [
        test_optimizer_endings.test_optimizer_divergence_too_long_a_step,
        test_optimizer_endings.test_optimizer_divergence_from_far_out,
        test_optimizer_endings.test_optimizer_divergence_bfgs_with_a_million_observations,
    ],
}


@pytest.mark.parametrize("case_id", CASES)
def test_every_published_case_is_held(case_id):
    assert any(case_id in ids for ids in PUBLISHED.values())


def test_no_test_claims_a_case_that_does_not_exist():
    assert {case_id for ids in PUBLISHED.values() for case_id in ids} == set(CASES)


@pytest.mark.parametrize("case_id", HARD)
def test_every_hard_case_is_held(case_id):
    assert DONE[case_id] and all(check.__name__.startswith("test_") for check in DONE[case_id])


def test_the_files_are_those_that_were_tested():
    """SHA256SUMS, as `sha256sum -c` reads it: a change of the references is a decision and not an accident."""
    claimed = dict(reversed(line.split("  ")) for line in (REFERENCE / "SHA256SUMS").read_text("utf-8").splitlines())
    read = {"cases.json", "hard_cases.json", *(case["data"]["csv"] for case in CASES.values() if "csv" in case["data"])}
    assert read <= set(claimed)
    for name, digest in claimed.items():
        assert hashlib.sha256((REFERENCE / name).read_bytes()).hexdigest() == digest, name
    assert len(CASES) == 47 and set(DONE) == set(HARD) and len(HARD) == 43
