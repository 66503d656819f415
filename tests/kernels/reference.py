"""Plain-Python twins of all kernels, of the same names and arguments, written from the equations.

Slow and obvious on purpose: Python's own floats and integers, `math` and loops; numpy arrays only hold the numbers.
Nothing here calls a kernel.
"""

import math
from statistics import NormalDist, fmean, pstdev

WORD = 2**32
ROWS_COUNTED_TOGETHER = 4096
WELLS, QUADRATIC = 0, 1


def exp(x):
    return math.exp(x)


def log(x):
    return math.log(x)


def logistic(x):
    return 1 / (1 + math.exp(-x))


def normal(p):
    return NormalDist().inv_cdf(p)


def probability(rate):
    return -math.expm1(-rate)


def philox(key, c0, c1, c2, c3):
    """Ten rounds of Philox4x32; the low word of the 64-bit key is the first word of the key."""
    key_words = [int(key) % WORD, int(key) // WORD]
    x = [int(c) % WORD for c in (c0, c1, c2, c3)]
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * x[0], WORD)
        high_2, low_2 = divmod(0xCD9E8D57 * x[2], WORD)
        x = [high_2 ^ x[1] ^ key_words[0], low_2, high_0 ^ x[3] ^ key_words[1], low_0]
        key_words = [(key_words[0] + 0x9E3779B9) % WORD, (key_words[1] + 0xBB67AE85) % WORD]
    return tuple(x)


def unit(word):
    """The middle of the word's interval when (0, 1) is cut into 2³²."""
    return (int(word) + 0.5) / WORD


def uniform(key, uid, item, step):
    return unit(philox(key, uid, 0, item, step)[0])


def count_arcs(source, target, directed, heard, hears):
    for j, i in zip(source, target, strict=True):
        for speaker, listener in arcs_of(j, i, directed):
            heard[speaker] += 1
            hears[listener] += 1


def arcs_of(source, target, directed):
    """(heard, hearing) of a tie: none of a self-loop, both ways unless directed."""
    arcs = [(int(source), int(target))] if directed else [(int(source), int(target)), (int(target), int(source))]
    return [] if source == target else arcs


def to_starts(counts):
    lengths = [int(count) for count in counts]
    counts[:] = [sum(lengths[:row]) for row in range(len(lengths))]


def group_by_heard(source, target, weights, directed, place, listener, strength):
    for e, (j, i) in enumerate(zip(source, target, strict=True)):
        for heard, hearing in arcs_of(j, i, directed):
            listener[place[heard]] = hearing
            if len(weights):
                strength[place[heard]] = weights[e]
            place[heard] += 1


def group_by_listener(heard, listener, strength, starts, place, indices, strengths):
    for j in range(len(place)):
        for a in range(heard[j], heard[j + 1]):
            i = listener[a]
            if j in list(indices[starts[i] : place[i]]):
                continue
            indices[place[i]] = j
            if len(strength):
                strengths[place[i]] = strength[a]
            place[i] += 1


def close_gaps(starts, place, indices, strengths):
    rows = [range(first, stop) for first, stop in zip(starts, place, strict=False)]
    kept = [a for row in rows for a in row]
    indices[: len(kept)] = [indices[a] for a in kept]
    if len(strengths):
        strengths[: len(kept)] = [strengths[a] for a in kept]
    starts[:] = [sum(map(len, rows[:row])) for row in range(len(rows) + 1)]


def rewire(key, p, degree, ends):
    n, width = ends.shape
    for column in range(width):
        for i in range(n):
            others = {j for j in range(n) if j != i and not is_tied(ends, i, j)}
            if unit(philox(key, i, column, 0, 0)[0]) >= p or not others:
                continue
            attempt, j = 0, i
            while j not in others:
                attempt += 1
                high, low = philox(key, i, column, attempt, 0)[:2]
                j = int((high + low / WORD) / WORD * n)
            degree[ends[i, column]] -= 1
            degree[j] += 1
            ends[i, column] = j


def is_tied(ends, i, j):
    return j in list(ends[i]) or i in list(ends[j])


def close_pairs(cosh_most, starts, angle, radius, sinh, across, up, source, target):
    """All pairs by the law of cosines, in the order of numbers; the kernel finds them in another."""
    found = []
    for i in range(len(angle)):
        for j in range(i + 1, len(angle)):
            r, s = math.log(radius[i]), math.log(radius[j])
            cosine = math.cos(angle[i] - angle[j])
            if math.cosh(r) * math.cosh(s) - math.sinh(r) * math.sinh(s) * cosine <= cosh_most:
                found.append((i, j))
    for place, (i, j) in enumerate(found[: len(source)]):
        source[place], target[place] = i, j
    return len(found)


def count_triangles(indptr, indices, mark, triangles):
    rows = [set(indices[indptr[i] : indptr[i + 1]].tolist()) for i in range(len(triangles))]
    for i, row in enumerate(rows):
        for j in row:
            for k in row & rows[j]:
                for corner in (i, j, k):
                    triangles[corner] += 1
    mark[:] = [max((i for i, row in enumerate(rows) if j in row), default=-1) for j in range(len(rows))]


def total_distance(indptr, indices, start, distance, queue):
    steps, at = {start: 0}, [start]
    for i in at:
        for j in indices[indptr[i] : indptr[i + 1]].tolist():
            if j not in steps:
                steps[j] = steps[i] + 1
                at.append(j)
    queue[: len(at)] = at
    return sum(steps.values()), len(steps) - 1


def join_communities(indptr, indices, weights, strength, order, community, size, link, touched):
    n_moved = 0
    for i in order:
        home = community[i]
        arcs = [(j, w) for j, w in zip(row(indptr, indices, i), row(indptr, weights, i), strict=True) if j != i]
        size[home] -= strength[i]
        near = list(dict.fromkeys(int(community[j]) for j, _ in arcs))
        touched[: len(near)] = near

        def gain(c, i=i, arcs=arcs):
            return sum(w for j, w in arcs if community[j] == c) - strength[i] * size[c] / sum(strength)

        best = max([home, *near], key=gain)
        size[best] += strength[i]
        n_moved += best != home
        community[i] = best
    return n_moved


def row(indptr, values, i):
    return values[indptr[i] : indptr[i + 1]].tolist()


def _normals(key, uid, step, count):
    return [normal(unit(philox(key, uid, 0, d // 4, step)[d % 4])) for d in range(count)]


def fill_uniform(key, step, uid, out):
    for i in range(len(uid)):
        out[i] = uniform(key, uid[i], 0, step)


def fill_exponential(key, step, uid, out):
    for i in range(len(uid)):
        out[i] = -math.log(uniform(key, uid[i], 0, step))


def four_normals(key, uid, number, step, out):
    for i in range(len(uid)):
        out[:, i] = [normal(unit(word)) for word in philox(key, uid[i], 0, number, step)]


def fill_normal(key, step, uid, out):
    for i in range(len(uid)):
        out[i] = _normals(key, uid[i], step, out.shape[1])


def fill_pairs(key, indptr, indices, uid, out):
    for i, e in _arcs(indptr):
        out[e] = unit(philox(key, uid[i], uid[indices[e]], 0, 0)[0])


def explore(key, step, uid, traits, sd, trial):
    """y = x + σ ξ."""
    for i in range(len(uid)):
        noise = _normals(key, uid[i], step, traits.shape[1])
        trial[i] = [x + float(sd[i]) * xi for x, xi in zip(_floats(traits[i]), noise, strict=True)]


def membership(
    key, step, uid, age, entry_age, p_entry, p_exit, p_return, loyalty, friends_here, is_user, age_at_entry
):  # fmt: skip
    """The rate of leaving is −log(1 − p_exit) · e^(−χ f)."""
    for i in range(len(uid)):
        draw = uniform(key, uid[i], 0, step)
        never_met = math.isnan(age_at_entry[i])
        enters = never_met and not is_user[i] and age[i] >= entry_age and draw < p_entry
        stays = is_user[i] and draw >= 1 - (1 - p_exit) ** math.exp(-loyalty * float(friends_here[i]))
        returns = not never_met and not is_user[i] and draw < p_return
        is_user[i] = enters or stays or returns
        if enters:
            age_at_entry[i] = age[i]


def friends_inside(indptr, indices, is_user, out):
    for i in range(out.shape[1]):
        friends = indices[indptr[i] : indptr[i + 1]]
        for p in range(len(out)):
            out[p, i] = sum(int(is_user[j]) >> p & 1 for j in friends) / max(len(friends), 1)


def utility_of(key, uid, appeal, taste, friends, friends_here, is_user, out):
    """appeal + τ g + φ f with g = −log(−log u) for users."""
    for i in range(len(uid)):
        gumbel = -math.log(-math.log(uniform(key, uid[i], 0, 0)))
        utility = appeal + taste * gumbel + friends * float(friends_here[i])
        out[i] = utility if is_user[i] else -math.inf


def to_shares(attention):
    for i in range(attention.shape[1]):
        column = _floats(attention[:, i])
        weights = [math.exp(each - max(column)) for each in column]
        attention[:, i] = [each / math.fsum(weights) for each in weights]


def add_scaled(weight, share, out):
    for i in range(len(out)):
        out[i] = float(out[i]) + weight * float(share[i])


def pull_reward(attention, power, target, is_named, at, out):
    """−½ κ a Σ (y − T)² over named traits."""
    for i in range(len(out)):
        square = math.fsum((float(at[d, i]) - target[d]) ** 2 for d in range(len(target)) if is_named[d])
        out[i] = -0.5 * power * float(attention[i]) * square if attention[i] > 0 else math.nan


def pull_gradient(attention, power, target, is_named, at, out):
    """κ a (T − y) on named traits."""
    for i in range(len(attention)):
        for d in range(len(target)):
            out[d, i] = power * float(attention[i]) * (target[d] - float(at[d, i])) * bool(is_named[d])


def items_of(words, i, first, size):
    whole = sum(int(word) << 64 * place for place, word in enumerate(words[i]))
    return whole >> int(first) & (1 << int(size)) - 1


def has_item(words, i, slot):
    return _has(words[i], int(slot))


def add_item(words, i, slot, count):
    for _ in range(int(count)):
        _put(words[i], int(slot))


def in_parts(batches, hazard, heaviest):
    """The items of a batch have clocks by themselves if more than one would ring on an arc; all have rung by 38."""
    parts, reaches = [], []
    for key, number, first, size in ([int(x) for x in batch] for batch in batches):
        reach = [min(38.0, heaviest * float(hazard[first + item])) for item in range(size)]
        if size * max(reach) <= 1:
            parts, reaches = [*parts, [key, number, first, size]], [*reaches, max(reach)]
            continue
        parts += [[key, 2**16 + 64 * number + item, first + item, 1] for item in range(size)]
        reaches += reach
    return parts, reaches


def _rings(batch, uid, step, n_arcs, reach):
    """(arc, slot, time) of each ring within `reach`, in order of time, of the clocks of a batch on so many arcs."""
    key, number, first, size = map(int, batch)
    time, turn = 0.0, 0
    while n_arcs:
        words = philox(key, uid, turn, number, step)
        time -= math.log((words[0] * 2**21 + words[1] // 2**11 + 0.5) / 2**53) / (size * n_arcs)
        if time >= reach:
            return
        yield words[2] * n_arcs // WORD, first + words[3] * size // WORD, time
        turn += 1


def hear(indptr, indices, weights, heaviest, uid, step, batches, hazard, knows, immune, knows_next):
    """Item m passes from j to i if its clock rings within weight · hazard_m, unless i knows it or is immune."""
    knows_next[:] = knows
    for i in range(len(uid)):
        for batch, reach in zip(*in_parts(batches, hazard, heaviest), strict=True):
            for arc, slot, time in _rings(batch, uid[i], step, int(indptr[i + 1] - indptr[i]), reach):
                e = indptr[i] + arc
                weight = float(weights[e]) if len(weights) else 1.0
                is_new = _has(knows[indices[e]], slot) and not (len(immune) and _has(immune[i], slot))
                if is_new and time < weight * float(hazard[slot]):
                    _put(knows_next[i], slot)


def flip(uid, step, batches, hazard, candidates, hits):
    hits[:] = 0
    for i in range(len(uid)):
        for batch, reach in zip(*in_parts(batches, hazard, 1.0), strict=True):
            for _, slot, time in _rings(batch, uid[i], step, 1, reach):
                if _has(candidates[i], slot) and time < float(hazard[slot]):
                    _put(hits[i], slot)


def note_learned(step, before, after, learned_step):
    for i in range(len(before)):
        for slot in range(learned_step.shape[1]):
            if _has(after[i], slot) and not _has(before[i], slot):
                learned_step[i, slot] = step


def expired(step, duration, learned_step, knows, hits):
    hits[:] = 0
    for i in range(len(knows)):
        for slot in range(learned_step.shape[1]):
            if _has(knows[i], slot) and step - learned_step[i, slot] >= duration:
                _put(hits[i], slot)


def pattern_sums(value, content, base, slope):
    """Base Σ v_m and slope Σ v_m c_m over the items m in a pattern of eight bits."""
    for byte in range(len(base)):
        for pattern in range(2 ** min(8, len(value) - 8 * byte)):
            known = [8 * byte + bit for bit in range(8) if pattern >> bit & 1]
            base[byte, pattern] = math.fsum(value[slot] for slot in known)
            slope[byte, pattern] = [math.fsum(value[m] * content[m, d] for m in known) for d in range(content.shape[1])]


def tally(knows, pattern_base, pattern_slope, base, slope):
    """The sums of the eight-bit patterns of which a person's knowledge consists."""
    for i in range(len(base)):
        whole = sum(int(word) << 64 * place for place, word in enumerate(knows[i]))
        patterns = [(byte, whole >> 8 * byte & 255) for byte in range(len(pattern_base))]
        base[i] = math.fsum(pattern_base[each] for each in patterns)
        slope[:, i] = [math.fsum(pattern_slope[each][d] for each in patterns) for d in range(len(slope))]


def income_reward(first, base, slope, strength, at, out):
    for i in range(len(out)):
        out[i] = strength * (float(base[first + i]) + _dot(slope[:, first + i], at[:, i]))


def income_gradient(first, slope, strength, out):
    for i in range(out.shape[1]):
        out[:, i] = [strength * each for each in _floats(slope[:, first + i])]


def earn(base, slope, years, behaviour, wealth):
    for i in range(len(wealth)):
        wealth[i] = float(wealth[i]) + years * (float(base[i]) + _dot(slope[:, i], behaviour[i]))


def neighbour_mean(indptr, indices, weights, self_weight, traits, norm):
    """(w x_i + Σ_j a_j x_j) / (w + Σ_j |a_j|)."""
    for i in range(len(traits)):
        arcs = range(indptr[i], indptr[i + 1])
        ties = [(float(weights[e]) if len(weights) else 1.0, indices[e]) for e in arcs]
        norm[i] = _weighted_mean([(self_weight, i), *ties], traits) if ties else math.nan


def nearest_mean(indptr, indices, k, uid, self_weight, traits, norm):
    """The mean over oneself and the k neighbours first in order of (distance, uid)."""
    for i in range(len(traits)):
        order = [(math.dist(traits[i], traits[j]), uid[j], j) for j in indices[indptr[i] : indptr[i + 1]]]
        nearest = [(1.0, j) for _, _, j in sorted(order)[:k]]
        norm[i] = _weighted_mean([(self_weight, i), *nearest], traits) if nearest else math.nan


def conformity_reward(norm, strength, at, out):
    """−½ ρ |y − m|²."""
    for i in range(len(out)):
        out[i] = -0.5 * strength * math.dist(at[:, i], norm[i]) ** 2


def conformity_gradient(norm, strength, at, out):
    """ρ (m − y)."""
    for i in range(len(norm)):
        out[:, i] = [0.0 if math.isnan(m) else strength * (m - y) for m, y in _pairs(norm[i], at[:, i])]


def coupling_reward(group, mean, strength, at, out):
    """−½ Σ_d κ_d (y_d − m_d)², m that of one's group."""
    for i in range(len(out)):
        middle = mean[group[i]] if len(group) else mean[0]
        pairs = zip(strength, _pairs(at[:, i], middle), strict=True)
        out[i] = -0.5 * math.fsum(k * (y - m) ** 2 for k, (y, m) in pairs)


def coupling_gradient(group, mean, strength, at, out):
    for i in range(at.shape[1]):
        middle = mean[group[i]] if len(group) else mean[0]
        out[:, i] = [k * (m - y) for k, (y, m) in zip(strength, _pairs(at[:, i], middle), strict=True)]


def fade(kept, novelty):
    novelty[:] = [kept * each if kept * each > 1e-9 else 0.0 for each in _floats(novelty)]


def update_gain(drift, steady, novelty):
    """Kalman: from P = K + q, after an observation of variance 1, K' = P/(P + 1)."""
    for i in range(len(novelty)):
        prior = steady * (1 + float(novelty[i])) + drift
        left = prior / (prior + 1) / steady - 1
        novelty[i] = left if left > 1e-9 else 0.0


def notice(jump, gain, environment, known, novelty, plasticity_gain):
    for i in range(len(novelty)):
        has_moved = known[i] != -1 and known[i] != environment[i]
        novelty[i] = float(novelty[i]) + jump * has_moved
        plasticity_gain[i] = float(plasticity_gain[i]) * (1 + gain * float(novelty[i]))
        known[i] = environment[i]


def move_to_norm(norm, traits, out):
    for i in range(len(traits)):
        out[i] = [0.0 if math.isnan(m) else m - x for m, x in _pairs(norm[i], traits[i])]


def _wells(x, form, centre, bonus):
    """Temperature, 1/w², the largest exponent bonus − |x − c|²/2w² and e^exponent of each well, less the largest."""
    n_wells, temperature, precision = int(form[0]), form[1], form[2]
    exponents = [float(bonus[b]) - 0.5 * precision * math.dist(x, centre[b]) ** 2 for b in range(n_wells)]
    return temperature, precision, max(exponents), [math.exp(each - max(exponents)) for each in exponents]


def _wells_reward(x, form, centre, bonus):
    """τ log Σ_b e^exponent."""
    temperature, _, top, weights = _wells(x, form, centre, bonus)
    return temperature * (top + math.log(math.fsum(weights)))


def _wells_gradient(x, form, centre, bonus):
    """τ/w² Σ_b p_b (c_b − x), p_b the share of well b."""
    temperature, precision, _, weights = _wells(x, form, centre, bonus)
    shares = [weight / math.fsum(weights) for weight in weights]
    pulls = [math.fsum(p * (c[d] - float(x[d])) for p, c in zip(shares, centre, strict=False)) for d in range(len(x))]
    return [temperature * precision * pull for pull in pulls]


def _quadratic_reward(x, form, endowment):
    """−½ k |x − c − w u|²."""
    curvature, optimum, weight = form[3:6]
    return -0.5 * curvature * math.fsum((y - optimum - weight * u) ** 2 for y, u in _pairs(x, endowment))


def _quadratic_gradient(x, form, endowment):
    """−k (x − c − w u)."""
    curvature, optimum, weight = form[3:6]
    return [-curvature * (y - optimum - weight * u) for y, u in _pairs(x, endowment)]


def _double_well_reward(x, form):
    """−d (x⁴/4 − x²/2 − f x) on one trait, −½ k x² on the others."""
    curvature, depth, tilt, trait = form[3], form[6], form[7], int(form[8])
    rewards = [-0.5 * curvature * y**2 for y in _floats(x)]
    y = float(x[trait])
    rewards[trait] = -depth * (y**4 / 4 - y**2 / 2 - tilt * y)
    return math.fsum(rewards)


def _double_well_gradient(x, form):
    """−d (x³ − x − f) on one trait, −k x on the others."""
    curvature, depth, tilt, trait = form[3], form[6], form[7], int(form[8])
    out = [-curvature * y for y in _floats(x)]
    out[trait] = -depth * (float(x[trait]) ** 3 - float(x[trait]) - tilt)
    return out


def landscape(environment, shape, form, centre, bonus, endowment, at, reward, gradient):
    for i, e in enumerate(environment):
        if shape[e] == WELLS:
            found = [each(at[:, i], form[e], centre[e], bonus[i]) for each in (_wells_reward, _wells_gradient)]
        elif shape[e] == QUADRATIC:
            found = [each(at[:, i], form[e], endowment[i]) for each in (_quadratic_reward, _quadratic_gradient)]
        else:
            found = [each(at[:, i], form[e]) for each in (_double_well_reward, _double_well_gradient)]
        if len(reward):
            reward[i] = found[0]
        if len(gradient):
            gradient[:, i] = found[1]


def well_bonus(environment, log_weight, direction, endowment, out):
    """Log π_b + k u·s_b."""
    for i, e in enumerate(environment):
        out[i] = [log_weight[e, b] + _dot(endowment[i], direction[e, b]) for b in range(out.shape[1])]


def log_linear(age, ages, log_values, out):
    """Geometric interpolation of the values between the two ages around one's own."""
    for i in range(len(out)):
        a = min(max(float(age[i]), ages[0]), ages[-1])
        k = max((k for k in range(len(ages)) if ages[k] <= a), default=0)
        share = (a - ages[k]) / (ages[k + 1] - ages[k]) if k + 1 < len(ages) else 0.0
        following = log_values[min(k + 1, len(ages) - 1)]
        out[i] = math.exp((1 - share) * log_values[k] + share * following)


def log_normal_bump(age, height, peak, width, floor, out):
    """floor + height exp(−(log a − log p)²/2w²)."""
    for i in range(len(out)):
        gap = math.log(float(age[i])) - math.log(peak) if age[i] > 0 else -math.inf
        out[i] = floor + height * math.exp(-(gap**2) / (2 * width**2))


def exponential_decline(age, start, decay, floor, out):
    for i in range(len(out)):
        left = math.exp(-decay * float(age[i]))
        out[i] = left * start + (1 - left) * floor


def by_trait(people, out):
    for i in range(len(people)):
        out[:, i] = people[i]


def by_person(traits, out):
    for i in range(len(out)):
        out[i] = traits[:, i]


def reinforce(
    key, step, first, uid, years, noise, renewal, low, high,
    rel_rate, traits, trial, sd, plasticity, plasticity_rms, reward, displacement, baseline, coefficient, traits_next,
):  # fmt: skip
    """x' = x + Σ_s η h (r_s − b_s) m(y − x)/σ² (together at most σ√D) + η_rms √h s N m(y − x)/σ² + Σ displacements."""
    for i in range(len(uid)):
        tried = [m * (y - x) for m, (y, x) in zip(_floats(rel_rate), _pairs(trial[:, i], traits[:, i]), strict=True)]
        eta, sigma = float(plasticity[i]), float(sd[i])
        for s in range(len(reward)):
            r, b = float(reward[s, i]), float(baseline[s, first + i])
            b = r if math.isnan(b) else b
            coefficient[s, i] = 0.0 if math.isnan(r) else eta * years * (r - b) / sigma**2
            baseline[s, first + i] = (1 - renewal) * b + renewal * r
        coefficient[-1, i] = (
            float(plasticity_rms[i]) * math.sqrt(years) * noise * _normals(key, uid[i], step, 1)[0] / sigma**2
        )
        total = math.fsum(_floats(coefficient[:-1, i]))
        length, cap = abs(total) * math.hypot(*tried), sigma * math.sqrt(len(tried))
        total *= cap / length if length > cap else 1.0
        total += float(coefficient[-1, i])
        moves = [[total * each for each in tried], *(_floats(direct[first + i]) for direct in displacement)]
        traits_next[:, i] = _moved(traits[:, i], moves, low, high)


def follow_gradient(
    key, step, first, uid, years, temperature, low, high,
    rel_rate, traits, plasticity, gradient, displacement, diffusion, traits_next,
):  # fmt: skip
    """x' = x + Σ_s η h ∇R_s + √(2 η T h) ξ + Σ displacements, with η m_d for trait d."""
    for i in range(len(uid)):
        rates = [float(plasticity[i]) * m for m in _floats(rel_rate)]
        noise = _normals(key, uid[i], step, len(traits))
        diffusion[:, i] = [math.sqrt(2 * eta * temperature * years) * xi for eta, xi in zip(rates, noise, strict=True)]
        climbs = [[eta * years * each for eta, each in _pairs(rates, slope[:, i])] for slope in gradient]
        moves = [*climbs, _floats(diffusion[:, i]), *(_floats(direct[first + i]) for direct in displacement)]
        traits_next[:, i] = _moved(traits[:, i], moves, low, high)


def between(traits, traits_next, share, out):
    for d in range(len(traits)):
        out[d] = [(1 - share) * x + share * following for x, following in _pairs(traits[d], traits_next[d])]


def add_vectors(weight, vectors, total):
    for d in range(len(total)):
        total[d] = [before + weight * each for before, each in _pairs(total[d], vectors[d])]


def add_rewards(weight, reward, total):
    for i in range(len(total)):
        if not math.isnan(reward[i]):
            total[i] = float(total[i]) + weight * float(reward[i])


def book_change(now, before, change):
    for i in range(len(now)):
        if not math.isnan(before[i]):
            change[i] += now[i] - before[i]
        before[i] = now[i]


def book_drift(years, rel_rate, plasticity, gradient, slope, drift_work):
    """η h Σ_d m_d ∂R ∂U."""
    for i in range(len(plasticity)):
        drift_work[i] += float(plasticity[i]) * years * _learnt(rel_rate, gradient[:, i], slope[:, i])


def gain_attention(attention, years, gain):
    for i in range(len(gain)):
        gain[i] += float(attention[i]) * years


def gain_movement(plasticity, years, gradient, direction, gain):
    """η h ∇R · w."""
    for i in range(len(gain)):
        gain[i] += float(plasticity[i]) * years * _dot(gradient[:, i], direction)


def book_reinforce(first, rel_rate, traits, trial, traits_next, coefficient, displacement, slope, work):
    """Sources, direct rules, chance; what is left of the whole movement · slope is the bounds'."""
    n_sources = len(coefficient) - 1
    for i in range(traits.shape[1]):
        columns = map(_floats, (rel_rate, trial[:, i], traits[:, i], slope[:, i]))
        along = math.fsum(m * (y - x) * u for m, y, x, u in zip(*columns, strict=True))
        works = [float(each) * along for each in coefficient[:, i]]
        directs = [_dot(direct[first + i], slope[:, i]) for direct in displacement]
        accounts = [*works[:n_sources], *directs, works[n_sources]]
        _book(accounts, traits[:, i], traits_next[:, i], slope[:, i], work[:, first + i])


def book_gradient(
    first, years, rel_rate, traits, traits_next, plasticity, gradient, displacement, diffusion, slope, work
):
    for i in range(traits.shape[1]):
        works = [float(plasticity[i]) * years * _learnt(rel_rate, each[:, i], slope[:, i]) for each in gradient]
        directs = [_dot(direct[first + i], slope[:, i]) for direct in displacement]
        accounts = [*works, *directs, _dot(diffusion[:, i], slope[:, i])]
        _book(accounts, traits[:, i], traits_next[:, i], slope[:, i], work[:, first + i])


def _book(accounts, x, x_next, slope, work):
    whole = math.fsum((b - a) * u for a, b, u in zip(*map(_floats, (x, x_next, slope)), strict=True))
    for account, amount in enumerate([*accounts, whole - math.fsum(accounts)]):
        work[account] += amount


def count_by_block(knows, counts):
    for block in range(len(counts)):
        people = knows[block * ROWS_COUNTED_TOGETHER : (block + 1) * ROWS_COUNTED_TOGETHER]
        for slot in range(counts.shape[1]):
            counts[block, slot] = sum(_has(person, slot) for person in people)


def whole_power(base, exponent):
    return math.pow(base, exponent)


def curve_value(code, p, q, f):
    """Constant, power, threshold, logistic, exponential, crowding or scarcity at f in [0, 1]."""
    f = min(max(f, 0.0), 1.0)

    def rise(share):
        return logistic((share - p) / q)

    curves = (
        lambda: 1.0,
        lambda: f**p,
        lambda: float(f >= p),
        lambda: (rise(f) - rise(0.0)) / (rise(1.0) - rise(0.0)),
        lambda: math.exp(-f / p),
        lambda: p / (p + f),
        lambda: (1 - f) ** p,
    )
    return curves[code]()


def item_values(code, base, p, q, share, out):
    for slot in range(len(out)):
        out[slot] = float(base[slot]) * curve_value(code[slot], float(p[slot]), float(q[slot]), float(share[slot]))


def mean(values, where):
    chosen = [float(value) for value, wanted in zip(values, where, strict=True) if wanted and not math.isnan(value)]
    return math.fsum(chosen) / len(chosen) if chosen else math.nan


def group_means(matrix, group, out):
    for g in range(len(out)):
        members = [i for i in range(len(matrix)) if not len(group) or group[i] == g]
        for d in range(matrix.shape[1]):
            out[g, d] = fmean(_floats(matrix[members, d])) if members else math.nan


def moments(matrix):
    """Mean and standard deviation of each column."""
    columns = [_floats(matrix[:, d]) for d in range(matrix.shape[1])]
    return [[fmean(column) for column in columns], [pstdev(column) for column in columns]]


def _floats(row):
    return [float(each) for each in row]


def _pairs(first, second):
    return zip(_floats(first), _floats(second), strict=True)


def _dot(one, other):
    return math.fsum(x * y for x, y in _pairs(one, other))


def _learnt(rel_rate, gradient, slope):
    """Σ_d m_d ∂R ∂U."""
    return math.fsum(m * g * u for m, (g, u) in zip(_floats(rel_rate), _pairs(gradient, slope), strict=True))


def _arcs(indptr):
    """All (person, arc) of a graph."""
    return [(i, e) for i in range(len(indptr) - 1) for e in range(indptr[i], indptr[i + 1])]


def _has(bits, slot):
    return int(bits[slot // 64]) >> slot % 64 & 1


def _put(bits, slot):
    bits[slot // 64] = int(bits[slot // 64]) | 1 << slot % 64


def _weighted_mean(members, traits):
    """Mean traits of (weight, person) pairs, nan where all weights are 0."""
    whole = math.fsum(abs(weight) for weight, _ in members)
    columns = range(traits.shape[1])
    if whole <= 0:
        return [math.nan for _ in columns]
    return [math.fsum(weight * float(traits[j, d]) for weight, j in members) / whole for d in columns]


def _moved(x, moves, low, high):
    """x plus all moves, kept within bounds."""
    return [min(max(math.fsum(parts), low), high) for parts in zip(_floats(x), *moves, strict=True)]


from .reference_events import *  # noqa: E402, F403 - which needs what stands above
from .reference_habit import *  # noqa: E402, F403
from .reference_influence import *  # noqa: E402, F403 - which needs what stands above
from .reference_turnover import *  # noqa: E402, F403
