"""What came out: over time, by factor, over runs, over two factors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from society.console import MOMENTS
from society.figures import distribution_figure, effects_figure, heat_map, run_figure, series_figure
from society.figures.labels import bounds_of, cut_words, label, number, sentence
from society.figures.series import Spread
from society.figures.summaries import independent, means
from society.outcomes import never
from society.reports.blocks import Block, Facts, Paragraph, Picture, Section, Table
from society.reports.choice import measure_of
from society.reports.files import file_name
from society.reports.subject import Subject

MOST_FACTORS = 6
"""Factors that have a panel in a figure."""
MOST_HEAT_MAPS = 12
ENOUGH = 4
"""Runs of a level from which quantiles say more than lines."""


def outcomes(subject: Subject) -> Iterator[Section]:
    """What came out; nothing if nothing has."""
    if not len(subject.done) or not subject.measured:
        return
    yield Section("Outcomes", [*_tables(subject), *_others(subject)])
    if not subject.outcomes:
        return
    if not subject.study.is_sweep:
        figure = run_figure(subject.series, outcomes=subject.columns, steps_per_year=subject.steps_per_year)
        yield Section("Time series", [Picture("series", figure)])
        return
    yield Section("Time series", [*_series(subject)])
    yield Section("Effects of factors", [*_effects(subject)])
    yield Section("Distributions", [*_distributions(subject)])
    yield Section("Heat maps", [*_heat_maps(subject)])


def _tables(subject: Subject) -> Iterator[Table]:
    """The outcomes in numbers."""
    if subject.study.is_sweep:
        yield _table(subject)
        return
    yield _moments(subject)
    if taken := [outcome for outcome in subject.outcomes if outcome not in subject.columns]:
        yield Table("Outcomes of the whole run", ["outcome", "value"],
                    [[name, number(subject.counted[name].iloc[0])] for name in taken])  # fmt: skip


def _table(subject: Subject) -> Table:
    """Means of the outcomes, by arm, with intervals."""
    runs, arms = subject.counted, subject.study.arms if subject.arm else [""]
    over = independent(runs, subject.factors)
    rows = []
    for outcome in subject.outcomes:
        for arm in arms:
            of_arm = runs[runs["arm"] == arm] if arm else runs
            found, values = (
                means(of_arm[[outcome]], of_arm, over=over, bounds=bounds_of(outcome)).iloc[0],
                of_arm[outcome].dropna(),
            )
            interval = "–" if np.isnan(found["low"]) else f"{number(found['low'])} to {number(found['high'])}"
            cells = [number(found["mean"]), interval, number(values.std()), number(values.min()), number(values.max())]
            rows.append([outcome, *([arm] if subject.arm else []), *cells, f"{len(values):,}"])
    n = runs["row" if over == "points" else "replicate"].nunique()
    what = "design points, taken as independent" if over == "points" else "replicates"
    interval = f"its 95 % interval over {n:,} {what}" if n > 1 else "no interval, since there is one replicate"
    header = ["outcome", *(["arm"] if subject.arm else [])]
    numbers = ["mean", "95 % interval", "sd over runs", "least", "most", "runs"]
    caption = f"Outcomes, at the last recorded step unless they say otherwise: mean over design points, and {interval}"
    caption += f".{cut_words(*subject.outcomes)}".rstrip(".") * (n > 1)
    return Table(caption, [*header, *numbers], rows, n_words=len(header))


def _moments(subject: Subject) -> Table:
    """Outcomes of one run at a few steps."""
    series = subject.series.sort_values("step")
    steps = series["step"].to_numpy()
    places = sorted({int(np.abs(steps - share * steps[-1]).argmin()) for share in MOMENTS})
    rows = [[name, *(number(series[name].iloc[i]) for i in places)] for name in subject.columns]
    return Table("Outcomes over time", ["outcome", *(f"step {steps[i]:,}" for i in places)], rows)


def _others(subject: Subject) -> list[Block]:
    names = dict.fromkeys(each if each not in subject.columns else measure_of(each) for each in subject.outcomes)
    said = {label(name): words for name in names if (words := sentence(name))}
    blocks: list[Block] = [Paragraph(subject.choice.words), *([Facts(said)] if said else [])]
    blocks += [Paragraph(words) for words in never(subject.counted, subject.choice.outcomes)]
    if subject.others:
        blocks.append(Paragraph(f"Also recorded, and shown by --outcome NAME: {', '.join(subject.others)}."))
    return blocks


def _series(subject: Subject) -> Iterator[Block]:
    by = subject.levelled[:MOST_FACTORS]
    spread = _spread(subject)
    for outcome in subject.columns:
        figure = series_figure(
            subject.series,
            subject.counted,
            outcome=outcome,
            by=by,
            spread=spread,
            steps_per_year=subject.steps_per_year,
        )
        yield Picture(f"series-{outcome}", figure)


def _spread(subject: Subject) -> Spread:
    """Intervals where replicates or few runs allow no more; quantiles where many design points are behind a line."""
    runs = subject.counted
    levels = max([1, *(runs[name].nunique() for name in subject.levelled[:1])])
    is_sampled = bool(subject.factors) and not [name for name in subject.levelled if name != "arm"]
    if runs["replicate"].nunique() > 1 and not is_sampled:
        return "interval"
    return "quantiles" if len(runs) / levels >= ENOUGH else "interval"


def _effects(subject: Subject) -> Iterator[Block]:
    factors = subject.factors[:MOST_FACTORS] or list(filter(None, [subject.arm]))
    if not factors:
        return
    by = subject.arm if subject.factors else None
    for outcome in subject.outcomes:
        figure = effects_figure(subject.counted, outcome=outcome, factors=factors, by=by, units=subject.units)
        yield Picture(file_name(f"effects-{outcome}"), figure)
    if n_more := len(subject.factors) - MOST_FACTORS if len(subject.factors) > MOST_FACTORS else 0:
        yield Paragraph(f"{n_more} more factors are not drawn: {', '.join(subject.factors[MOST_FACTORS:])}.")


def _distributions(subject: Subject) -> Iterator[Block]:
    if len(subject.counted) > 1:
        yield Picture("distributions", distribution_figure(subject.counted, outcomes=subject.outcomes, by=subject.arm))


def _heat_maps(subject: Subject) -> Iterator[Block]:
    pairs = [*combinations(subject.factors, 2)]
    wanted = [*product(subject.outcomes, pairs)]
    for outcome, (x, y) in wanted[:MOST_HEAT_MAPS]:
        figure = heat_map(subject.counted, x=x, y=y, outcome=outcome, by=subject.arm, units=subject.units)
        yield Picture(file_name(f"heat-map-{outcome}-{x}-{y}"), figure)
    if len(wanted) > MOST_HEAT_MAPS:
        yield Paragraph(f"{MOST_HEAT_MAPS} of {len(wanted):,} heat maps are drawn; --outcome NAME chooses.")
