"""Kernels of `learning`: one step of the law for personality, and the ledger of work.

What people are and do stands trait by trait here, (n_traits, n), so that the processor can work on several people at
once; columns of all people, and what published rules ask for, stand person by person.
"""

import math

import numpy as np
from numba import prange

from society.kernels import ROWS_BY_TRAIT as ROWS
from society.kernels import device, parallel
from society.kernels.maths import normal
from society.kernels.philox import four_normals, philox, unit


@parallel
def by_trait(people, out):
    """out (n_traits, n): the numbers of people (n, n_traits) trait by trait."""
    n_traits, n = out.shape
    for block in prange((n + ROWS - 1) // ROWS):
        some = slice(block * ROWS, (block + 1) * ROWS)
        theirs = people[some]
        for d in range(n_traits):
            row = out[d, some]
            for k in range(len(row)):
                row[k] = theirs[k, d]


@parallel
def by_person(traits, out):
    """out (n, n_traits): the numbers of traits (n_traits, n) person by person."""
    n_traits, n = traits.shape
    for block in prange((n + ROWS - 1) // ROWS):
        some = slice(block * ROWS, (block + 1) * ROWS)
        theirs = out[some]
        for d in range(n_traits):
            row = traits[d, some]
            for k in range(len(row)):
                theirs[k, d] = row[k]


@device
def _move(displacement, first, d, low, high, moved, out):
    """out (n,): trait d of the people from `first` on, where moved (n,) and their displacements bring it."""
    for direct in range(len(displacement)):
        asked = displacement[direct, first : first + len(moved)]
        for k in range(len(moved)):
            moved[k] += asked[k, d]
    for k in range(len(moved)):
        out[k] = min(max(moved[k], low), high)


@parallel
def reinforce(
    key, step, first, uid, years, noise, renewal, low, high,
    rel_rate, traits, trial, sd, plasticity, plasticity_rms, reward, displacement, baseline, coefficient, traits_next,
):  # fmt: skip
    """Move people along what they tried by how much better than expected it went, source by source.

    coefficient (n_sources + 1, n) is what each source, and last the noise of judgement, multiplies y − x by, beside
    rel_rate (n_traits,), the multiplier of a trait's learning rate; `renewal` is the share of expected reward that a
    step replaces. What sources do together is capped at sd √n_traits. plasticity_rms (n,) is the learning rate
    of chance. `first` is where the n people begin in displacement (n_direct, n_agents, n_traits) and baseline
    (n_sources, n_agents).
    """
    n_sources, (n_traits, n_all) = len(reward), traits.shape
    for block in prange((n_all + ROWS - 1) // ROWS):
        some, start = slice(block * ROWS, (block + 1) * ROWS), first + block * ROWS
        who, width, rate, rate_rms = uid[some], sd[some], plasticity[some], plasticity_rms[some]
        n = len(who)
        total, square, gap, chance = np.zeros(n), np.zeros(n), np.empty((n_traits, n)), coefficient[n_sources, some]
        for s in range(n_sources):
            r, expected, mine = reward[s, some], baseline[s, start : start + n], coefficient[s, some]
            for k in range(n):
                before = r[k] if np.isnan(expected[k]) else np.float64(expected[k])
                gain = rate[k] * years * (r[k] - before) / (np.float64(width[k]) * width[k])
                gain = 0.0 if np.isnan(r[k]) else gain
                mine[k] = gain
                total[k] += gain
                expected[k] = before + renewal * (r[k] - before)
        for d in range(n_traits):
            x, y, mine = traits[d, some], trial[d, some], gap[d]
            for k in range(n):
                mine[k] = rel_rate[d] * (np.float64(y[k]) - x[k])
                square[k] += mine[k] * mine[k]
        judgement = np.empty(n)
        for k in range(n):
            judgement[k] = unit(philox(key, who[k], 0, 0, step)[0])
        for k in range(n):
            judgement[k] = normal(judgement[k])
        for k in range(n):
            length, limit = abs(total[k]) * math.sqrt(square[k]), width[k] * math.sqrt(float(n_traits))
            along = total[k] * limit / length if length > limit else total[k]
            misjudged = rate_rms[k] * math.sqrt(years) * noise * judgement[k] / (np.float64(width[k]) * width[k])
            chance[k] = misjudged
            total[k] = along + misjudged
        for d in range(n_traits):
            x, moved = traits[d, some], gap[d]
            for k in range(n):
                moved[k] = x[k] + total[k] * moved[k]
            _move(displacement, start, d, low, high, moved, traits_next[d, some])


@parallel
def follow_gradient(
    key, step, first, uid, years, temperature, low, high,
    rel_rate, traits, plasticity, gradient, displacement, diffusion, traits_next,
):  # fmt: skip
    """Move people up the gradient of each source, with diffusion (n_traits, n) of a given temperature.

    gradient is (n_sources, n_traits, n); `rel_rate` and `first` as in `reinforce`.
    """
    n_traits, n_all = traits.shape
    root = np.sqrt(rel_rate)
    for block in prange((n_all + ROWS - 1) // ROWS):
        some, start = slice(block * ROWS, (block + 1) * ROWS), first + block * ROWS
        who, rate = uid[some], plasticity[some]
        drawn, moved = np.empty((4, len(who))), np.empty(len(who))
        for d in range(n_traits):
            if d % 4 == 0:
                four_normals(key, who, d // 4, step, drawn)
            x, chance, xi = traits[d, some], diffusion[d, some], drawn[d % 4]
            for k in range(len(who)):
                chance[k] = math.sqrt(2.0 * rate[k] * temperature * years) * root[d] * xi[k]
                moved[k] = np.float64(x[k]) + chance[k]
            for s in range(len(gradient)):
                climb = gradient[s, d, some]
                for k in range(len(who)):
                    moved[k] += rate[k] * years * rel_rate[d] * climb[k]
            _move(displacement, start, d, low, high, moved, traits_next[d, some])


@parallel
def between(traits, traits_next, share, out):
    """out (n_traits, n): the point a given share of the way through the step."""
    for d in prange(len(out)):
        x, following, point = traits[d], traits_next[d], out[d]
        for k in range(len(point)):
            point[k] = x[k] + share * (np.float64(following[k]) - x[k])


@parallel
def add_vectors(weight, vectors, total):
    """total (n_traits, n) += weight · vectors."""
    for d in prange(len(total)):
        mine, more = total[d], vectors[d]
        for k in range(len(mine)):
            mine[k] += weight * more[k]


@parallel
def add_rewards(weight, reward, total):
    """total (n_agents,) += weight · reward, where there is one."""
    for i in prange(len(total)):
        if not np.isnan(reward[i]):
            total[i] += weight * reward[i]


@parallel
def book_change(now, before, change):
    """change (n,) += now − before, and before = now; nothing is booked where there is no before."""
    for i in prange(len(now)):
        change[i] += 0.0 if np.isnan(before[i]) else now[i] - before[i]
        before[i] = now[i]


@device
def _add_dots(rel_rate, one, other, some, total):
    """total (n,) += Σ_d m_d one_d other_d of `some` people, m_d the multiplier of a trait's learning rate."""
    for d in range(len(rel_rate)):
        left, right = one[d, some], other[d, some]
        for k in range(len(total)):
            total[k] += rel_rate[d] * np.float64(left[k]) * right[k]


@parallel
def book_drift(years, rel_rate, plasticity, gradient, slope, drift_work):
    """drift_work (n,) += η h Σ_d m_d ∂R ∂U, m_d the multiplier of a trait's learning rate."""
    for block in prange((len(plasticity) + ROWS - 1) // ROWS):
        some = slice(block * ROWS, (block + 1) * ROWS)
        rate, work = plasticity[some], drift_work[some]
        total = np.zeros(len(work))
        _add_dots(rel_rate, gradient, slope, some, total)
        for k in range(len(work)):
            work[k] += rate[k] * years * total[k]


@device
def _book_directs(displacement, first, slope, some, work, whole):
    """Add to work (n_direct, n_agents) what direct rules did to `some` people, who begin at `first`, and take it off.

    whole (n,) is what is not yet accounted for.
    """
    n = len(whole)
    for direct in range(len(displacement)):
        asked, part = displacement[direct, first : first + n], np.zeros(n)
        for d in range(len(slope)):
            steepness = slope[d, some]
            for k in range(n):
                part[k] += np.float64(asked[k, d]) * steepness[k]
        _book(part, work[direct, first : first + n], whole)


@device
def _book(part, work, whole):
    """Add part (n,) to an account, and take it off the whole."""
    _add(part, work)
    for k in range(len(part)):
        whole[k] -= part[k]


@device
def _add(part, work):
    for k in range(len(part)):
        work[k] += part[k]


@device
def _movement_along(traits, traits_next, slope, some, whole):
    """whole (n,): the movement of `some` people times the slope."""
    whole[:] = 0.0
    for d in range(len(slope)):
        x, following, steepness = traits[d, some], traits_next[d, some], slope[d, some]
        for k in range(len(whole)):
            whole[k] += (np.float64(following[k]) - x[k]) * steepness[k]


@parallel
def book_reinforce(first, rel_rate, traits, trial, traits_next, coefficient, displacement, slope, work):
    """Add to work (n_accounts, n_agents) what each source, direct rule, chance and the bounds did to interest.

    `slope` is the mean of ∇U over the two Gauss points of the step; the bounds (and the cap) are what remains. `first`
    is where the people begin in displacement and work.
    """
    n_sources, n_direct, (n_traits, n_all) = len(coefficient) - 1, len(displacement), traits.shape
    for block in prange((n_all + ROWS - 1) // ROWS):
        some, start = slice(block * ROWS, (block + 1) * ROWS), first + block * ROWS
        n = len(coefficient[0, some])
        along, part, whole = np.zeros(n), np.empty(n), np.empty(n)
        for d in range(n_traits):
            x, y, steepness = traits[d, some], trial[d, some], slope[d, some]
            for k in range(n):
                along[k] += rel_rate[d] * (np.float64(y[k]) - x[k]) * steepness[k]
        _movement_along(traits, traits_next, slope, some, whole)
        _book_directs(displacement, start, slope, some, work[n_sources:], whole)
        for s in range(n_sources + 1):
            account, mine = s if s < n_sources else n_sources + n_direct, coefficient[s, some]
            for k in range(n):
                part[k] = mine[k] * along[k]
            _book(part, work[account, start : start + n], whole)
        _add(whole, work[n_sources + n_direct + 1, start : start + n])


@parallel
def book_gradient(
    first, years, rel_rate, traits, traits_next, plasticity, gradient, displacement, diffusion, slope, work
):
    """The same as `book_reinforce` where personality follows the gradient."""
    n_sources, n_direct = len(gradient), len(displacement)
    ones = np.ones(len(rel_rate))
    for block in prange((len(plasticity) + ROWS - 1) // ROWS):
        some, start = slice(block * ROWS, (block + 1) * ROWS), first + block * ROWS
        rate = plasticity[some]
        n = len(rate)
        part, whole = np.empty(n), np.empty(n)
        _movement_along(traits, traits_next, slope, some, whole)
        _book_directs(displacement, start, slope, some, work[n_sources:], whole)
        for s in range(n_sources):
            part[:] = 0.0
            _add_dots(rel_rate, gradient[s], slope, some, part)
            for k in range(n):
                part[k] *= rate[k] * years
            _book(part, work[s, start : start + n], whole)
        part[:] = 0.0
        _add_dots(ones, diffusion, slope, some, part)
        _book(part, work[n_sources + n_direct, start : start + n], whole)
        _add(whole, work[n_sources + n_direct + 1, start : start + n])
