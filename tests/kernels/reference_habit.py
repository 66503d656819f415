"""Twins of the kernels of habit, mood and monitoring; `reference` offers them with the others."""

import math

from . import reference as base


def surprise(counts, renewal, baseline, before, out):
    """|Σ (b − b before)| / renewal over the sources that count and reach the person."""
    for i in range(len(out)):
        moves = [(float(b[i]) - float(c[i])) / renewal for b, c in zip(baseline, before, strict=True)]
        out[i] = abs(math.fsum(m for m, counted in zip(moves, counts, strict=True) if counted and not math.isnan(m)))
    before[:] = baseline


def settle(
    years, following, deepening, reach, least, gain, most, environment, traits, surprise, habit, depth, tenure, place
):
    for i in range(len(traits)):
        x = [float(value) for value in traits[i]]
        h = [here if math.isnan(old) else old for old, here in zip(map(float, habit[i]), x, strict=True)]
        distance = math.dist(x, h) / math.sqrt(len(x))
        if place[i] not in (-1, environment[i]):
            depth[i], tenure[i], h = 0, 0, x
        elif distance > reach:
            depth[i], tenure[i] = (1 - deepening) * float(depth[i]), 0
        else:
            limit = least + gain * float(surprise[i])
            depth[i] = min((1 - deepening) * float(depth[i]) + deepening * limit, most)
            tenure[i] = float(tenure[i]) + years
        habit[i] = [old + following * (here - old) for old, here in zip(h, x, strict=True)]
    place[:] = environment


def loosen(indptr, indices, uid, indptr_before, indices_before, uid_before, share, depth):
    for i in range(len(depth)):
        now = {(j, int(uid[j])) for j in base.row(indptr, indices, i)}
        before = [(j, int(uid_before[j])) for j in base.row(indptr_before, indices_before, i)]
        if before:
            depth[i] = float(depth[i]) * (1 - share * sum(contact not in now for contact in before) / len(before))


def homing_reward(strength, home, at, out):
    """−½ κ |y − h|²."""
    for i in range(len(out)):
        out[i] = -0.5 * float(strength[i]) * math.dist(at[:, i], home[i]) ** 2


def homing_gradient(strength, home, at, out):
    """κ (h − y)."""
    for i in range(len(home)):
        pulls = [float(strength[i]) * (float(h) - float(y)) for h, y in zip(home[i], at[:, i], strict=True)]
        out[:, i] = [0.0 if math.isnan(pull) else pull for pull in pulls]


def offset_of(key, uid, mood, fixed, spread, out):
    """o = f + s √(M/(M − 1)) (z − mean z), z normal for each mood and trait."""
    n_moods, n_traits = fixed.shape
    for d in range(n_traits):
        drawn = [base.normal(base.unit(base.philox(key, uid, m, d // 4, 0)[d % 4])) for m in range(n_moods)]
        centred = drawn[mood] - math.fsum(drawn) / n_moods
        out[d] = fixed[mood, d] + spread * math.sqrt(n_moods / (n_moods - 1)) * centred


def feel(key, offset_key, step, p_switch, uid, fixed, spread, mood, offset, trial):
    for i in range(len(uid)):
        switch, which, _, _ = map(base.unit, base.philox(key, uid[i], 0, 0, step))
        drawn = math.floor(which * len(fixed)) if mood[i] == -1 or switch < p_switch else int(mood[i])
        if math.isnan(offset[i, 0]) or drawn != mood[i]:
            mood[i] = drawn
            offset_of(offset_key, uid[i], int(mood[i]), fixed, spread, offset[i])
        trial[i] = [float(y) + float(o) for y, o in zip(trial[i], offset[i], strict=True)]


def train(key, share, years, rate_practice, rate_decay, uid, practice, skill):
    """dskill/dt = a p (1 − skill) − b (1 − p) skill, solved over the step."""
    for i in range(len(uid)):
        if math.isnan(practice[i]):
            practice[i] = base.uniform(key, uid[i], 0, 0) < share
        gain, loss = rate_practice * float(practice[i]), rate_decay * (1 - float(practice[i]))
        if gain + loss > 0:
            limit = gain / (gain + loss)
            skill[i] = limit + (float(skill[i]) - limit) * math.exp(-(gain + loss) * years)


def observe(
    key, step, following, settling, noise, threshold,
    uid, traits, skill, anchor, self_image, changed_step, noticed_step, noticed_displacement,
):  # fmt: skip
    for i in range(len(uid)):
        x = [float(value) for value in traits[i]]
        if math.isnan(anchor[i, 0]):
            anchor[i], self_image[i] = x, x
        origin, image = [float(a) for a in anchor[i]], [float(m) for m in self_image[i]]
        look = base._normals(key, uid[i], step, len(x))
        sd = noise * (1 - float(skill[i]))
        image = [m + following * (here + sd * z - m) for m, here, z in zip(image, x, look, strict=True)]
        changed, seen = (math.dist(point, origin) / math.sqrt(len(x)) for point in (x, image))
        if changed_step[i] == -1 and changed > threshold:
            changed_step[i] = step
        if noticed_step[i] == -1 and seen > threshold:
            noticed_step[i], noticed_displacement[i] = step, changed
        self_image[i] = image
        anchor[i] = [a + settling * (m - a) for a, m in zip(origin, image, strict=True)]
