// A chart in SVG: lines with dots, bands and whiskers, bars (side by side or stacked), tiles, intervals one below the
// other, and heat maps. The page sends what to draw as `spec`.

const MARGIN = { left: 66, right: 14, top: 26, bottom: 38 };
const LEGEND_ROWS = 3;

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "society-box society-chart";
  const holder = document.createElement("div");
  const tip = document.createElement("div");
  tip.className = "society-tip";
  box.append(holder, tip);
  el.style.height = "100%";
  el.append(box);
  let drawn = null;

  const draw = () => {
    const [width, height] = [box.clientWidth, box.clientHeight];
    if (!width || !height || !model.get("spec").kind) return;
    drawn = drawChart(model.get("spec"), theme(model), width, height);
    holder.innerHTML = drawn.svg;
  };
  box.onmousemove = (event) => {
    const place = box.getBoundingClientRect();
    const [x, y] = [event.clientX - place.left, event.clientY - place.top];
    const said = drawn && drawn.at ? drawn.at(x, y) : "";
    tip.style.display = said ? "block" : "none";
    tip.textContent = said;
    tip.style.left = `${Math.max(0, Math.min(x + 12, place.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(0, Math.min(y + 12, place.height - tip.offsetHeight - 4))}px`;
  };
  box.onmouseleave = () => (tip.style.display = "none");
  keepers(box, () => ({
    svg: drawn.svg, width: box.clientWidth, height: box.clientHeight, paper: theme(model).paper,
    name: model.get("spec").name || "chart",
  }));
  model.on("change:spec change:dark", draw);
  const stop = sized(box, draw);
  draw();
  return stop;
}

const DRAWN = { lines: drawLines, bars: drawBars, tiles: drawTiles, forest: drawForest, heat: drawHeat };

function drawChart(spec, colours, width, height) {
  const parts = DRAWN[spec.kind](spec, colours, width, height);
  const label = `<title>${escaped(spec.y || spec.name || "")}</title>`;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img"
    font-family="${escaped(FONT)}" font-size="12" fill="${colours.ink}">`;
  return { svg: `${open}${label}${parts.body}</svg>`, at: parts.at };
}

const text = (x, y, said, more = "") => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(said)}</text>`;
const line = (x1, y1, x2, y2, colour, more = "") =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}" ${more}/>`;

function clipped(name, width) {
  const most = Math.max(3, Math.floor(width / 6.6));
  return name.length <= most ? name : name.slice(0, most - 1) + "…";
}

// Where each name of a legend goes: in a row, or in several of a wide chart if they are too long for one.
function legendOf(series, width) {
  const named = series.filter((each) => each.name && !each.quiet && !each.dash);
  let [x, row] = [MARGIN.left, 0];
  const places = named.map((each) => {
    const name = clipped(each.name, 180);
    const wide = 24 + 6.9 * name.length;
    if (x > MARGIN.left && x + wide > width) [x, row] = [MARGIN.left, row + 1];
    x += wide;
    return { each, name, x: x - wide, row };
  });
  return { places: places.filter((place) => place.row < LEGEND_ROWS), left_out: places.filter((place) => place.row >= LEGEND_ROWS).length };
}

const marginTop = (series, width) => MARGIN.top + 16 * (legendOf(series, width).places.at(-1)?.row ?? 0);

function drawLegend(series, colours, width) {
  const { places, left_out } = legendOf(series, width);
  const body = places.map(({ each, name, x, row }) =>
    `<rect x="${x}" y="${6 + 16 * row}" width="10" height="10" rx="2" fill="${each.color}"/>` + text(x + 14, 15 + 16 * row, name));
  if (left_out) body.push(text(width - 4, 15 + 16 * (LEGEND_ROWS - 1), `+ ${left_out}`, `text-anchor="end" fill="${colours.faint}"`));
  return body.join("");
}

function frameOf(spec, colours, width, height, low, high) {
  const inner = { left: MARGIN.left, right: width - MARGIN.right, top: marginTop(spec.series, width), bottom: height - MARGIN.bottom };
  const scale = (value) => inner.bottom - ((value - low) / (high - low || 1)) * (inner.bottom - inner.top);
  let body = "";
  for (const tick of ticksOf(low, high, (inner.bottom - inner.top) / 46)) {
    body += line(inner.left, scale(tick), inner.right, scale(tick), colours.line, 'stroke-width="1"');
    body += text(inner.left - 6, scale(tick) + 4, shown(tick), `text-anchor="end" fill="${colours.faint}"`);
  }
  const middle = (inner.top + inner.bottom) / 2;
  if (spec.y) body += text(13, middle, clipped(spec.y, inner.bottom - inner.top + 30),
    `text-anchor="middle" transform="rotate(-90 13 ${middle})" fill="${colours.faint}"`);
  if (spec.x) body += text((inner.left + inner.right) / 2, height - 6, spec.x, `text-anchor="middle" fill="${colours.faint}"`);
  return { inner, scale, body };
}

// At least two, or nobody could tell how much it is.
function ticksOf(low, high, number) {
  let [found, most] = [[], Math.max(2, number)];
  while (found.length < 2 && most < 20) found = ticks(low, high, most++);
  return found;
}

function bounds(values, fromZero) {
  const finite = values.filter((value) => value !== null && Number.isFinite(value));
  let [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
  if (fromZero || (low > 0 && low < 0.5 * high)) low = Math.min(low, 0);
  if (low === high) [low, high] = low === 0 ? [0, 1] : [Math.min(0, low), Math.max(0, high)];
  const step = ticks(low, high, 5);
  const gap = step.length > 1 ? step[1] - step[0] : 1;
  return [Math.floor(low / gap + 1e-9) * gap, Math.ceil(high / gap - 1e-9) * gap];
}

function drawLines(spec, colours, width, height) {
  const [low, high] = bounds(spec.series.flatMap((each) => [...each.y, ...(each.low || []), ...(each.high || [])]), spec.fromZero);
  const frame = frameOf(spec, colours, width, height, low, high);
  const { inner, scale } = frame;
  const [first, last] = spec.range || bounds(spec.series.flatMap((each) => each.x), false);
  const across = (x) => inner.left + ((x - first) / (last - first || 1)) * (inner.right - inner.left);
  let body = frame.body + drawLegend(spec.series, colours, width);
  const regular = ticks(first, last, Math.max(2, (inner.right - inner.left) / 80)).map((x) => ({ x, label: shown(x) }));
  const room = (inner.right - inner.left) / (spec.ticks || []).length;
  for (const tick of spec.ticks || regular)
    body += text(across(tick.x), inner.bottom + 16, spec.ticks ? clipped(tick.label, room) : tick.label,
      `text-anchor="middle" fill="${colours.faint}"`);
  let free = -1e9;
  for (const event of spec.events || []) {
    const x = across(event.x);
    body += line(x, inner.top, x, inner.bottom, colours.event, 'stroke-dasharray="3 3"');
    if (x > free) {
      body += text(x + 3, inner.top + 10, event.label, `font-size="10" fill="${colours.event}"`);
      free = x + 10 + 6 * event.label.length;
    }
  }
  for (const each of spec.series) if (each.low) body += drawInterval(each, across, scale);
  for (const each of spec.series) body += drawSeries(each, across, scale);
  body += drawRings(spec.rings || [], across, inner, colours);
  return { body, at: (x, y) => saidAt(spec, (x - inner.left) / (inner.right - inner.left), first, last) };
}

// When events that have no date happened: a row of ticks for each, at the foot, the darker the more people.
function drawRings(rings, across, inner, colours) {
  return rings.map(({ label, x, n }, row) => {
    const [top, most] = [inner.bottom - 9 - 11 * row, Math.max(...n)];
    const marks = x.map((year, i) => line(across(year), top, across(year), top + 7, colours.event,
      `stroke-width="2" stroke-opacity="${(0.25 + 0.75 * (n[i] / most)).toFixed(2)}"`)).join("");
    return marks + (x.length ? text(inner.left + 3, top + 7, label, `font-size="10" fill="${colours.event}"`) : "");
  }).join("");
}

// From `low` to `high`: whiskers where the middle is dots, else a band.
function drawInterval(each, across, scale) {
  const places = each.x.flatMap((x, i) => (each.low[i] === null || each.high[i] === null ? [] :
    [[across(x).toFixed(1), scale(each.low[i]).toFixed(1), scale(each.high[i]).toFixed(1)]]));
  if (each.dots) return places.map(([x, low, high]) =>
    `<path d="M${x} ${low}V${high}M${x - 4} ${low}h8M${x - 4} ${high}h8" stroke="${each.color}" stroke-width="1.6"/>`).join("");
  if (!places.length) return "";
  const edge = [...places.map(([x, low]) => `${x} ${low}`), ...places.reverse().map(([x, _, high]) => `${x} ${high}`)];
  return `<path d="M${edge.join("L")}Z" fill="${each.color}" fill-opacity=".2"/>`;
}

function drawSeries(each, across, scale) {
  let [path, pen, dots] = ["", "M", ""];
  each.x.forEach((x, i) => {
    const y = each.y[i];
    if (y === null || !Number.isFinite(y)) return (pen = "M");
    const place = `${across(x).toFixed(1)} ${scale(y).toFixed(1)}`;
    path += `${pen}${place}`;
    pen = "L";
    const alone = each.y.length === 1;
    if (each.dots || alone) dots += `<circle cx="${across(x).toFixed(1)}" cy="${scale(y).toFixed(1)}" r="${each.quiet ? 2.5 : 4}" fill="${each.color}" fill-opacity="${each.quiet ? 0.4 : 0.8}"/>`;
  });
  const stroke = each.dots ? "none" : each.color;
  return `<path d="${path || "M0 0"}" fill="none" stroke="${stroke}" stroke-width="${each.quiet ? 1 : 2}"
    stroke-opacity="${each.quiet ? 0.3 : 1}" stroke-linejoin="round" ${each.dash ? 'stroke-dasharray="5 4"' : ""}/>${dots}`;
}

function saidAt(spec, share, first, last) {
  if (share < 0 || share > 1) return "";
  const x = first + share * (last - first);
  const said = [];
  let nearest = null;
  for (const each of spec.series.filter((one) => !one.quiet && one.x.length)) {
    let best = 0;
    each.x.forEach((at, i) => Math.abs(at - x) < Math.abs(each.x[best] - x) && (best = i));
    nearest = nearest === null ? each.x[best] : nearest;
    const interval = each.low && each.low[best] !== null ? ` [${shown(each.low[best])}, ${shown(each.high[best])}]` : "";
    said.push(`${each.name}  ${shown(each.y[best])}${interval}`);
  }
  const tick = (spec.ticks || []).find((one) => one.x === nearest);
  return said.length ? [`${spec.xShort || spec.x} ${tick ? tick.label : shown(nearest)}`, ...said.slice(0, 14)].join("\n") : "";
}

function drawBars(spec, colours, width, height) {
  const n = spec.categories.length;
  const sums = (sign) => spec.categories.map((_, i) =>
    spec.series.reduce((sum, each) => sum + Math.max(0, sign * (each.values[i] || 0)) * sign, 0));
  const all = spec.stacked ? [...sums(1), ...sums(-1)] : spec.series.flatMap((each) => each.values);
  const [low, high] = spec.limits || bounds(all, true);
  const frame = frameOf(spec, colours, width, height, low, high);
  const { inner, scale } = frame;
  const slot = (inner.right - inner.left) / n;
  const gap = spec.touching ? 0.5 : Math.min(6, slot * 0.15);
  let body = frame.body + drawLegend(spec.series, colours, width);
  const needed = spec.every || Math.ceil((spec.longest || 40) / slot);
  const rows = needed === 2 && !spec.x && !spec.every ? 2 : 1; // with room below, neighbours stand one below the other
  const every = needed / rows;
  spec.categories.forEach((category, i) => {
    const x = inner.left + i * slot;
    let [above, below] = [0, 0];
    spec.series.forEach((each, s) => {
      const value = each.values[i];
      if (value === null || !Number.isFinite(value)) return;
      const from = spec.stacked ? (value >= 0 ? above : below) : 0;
      if (value >= 0) above += value;
      else below += value;
      const wide = (slot - 2 * gap) / (spec.stacked ? 1 : spec.series.length);
      const left = x + gap + (spec.stacked ? 0 : s * wide);
      const [top, bottom] = [scale(Math.max(from, from + value)), scale(Math.min(from, from + value))];
      body += `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${Math.max(wide, 0.5).toFixed(1)}" height="${(bottom - top).toFixed(1)}" fill="${each.color}"/>`;
    });
    if (i % every === 0)
      body += text(x + (spec.atEdge ? 0 : slot / 2), inner.bottom + 15 + 13 * (i % rows), clipped(category, slot * every * rows),
        `text-anchor="middle" fill="${colours.faint}"`);
  });
  body += line(inner.left, scale(0), inner.right, scale(0), colours.faint);
  const at = (x, y) => {
    const i = Math.floor((x - inner.left) / slot);
    if (i < 0 || i >= n || y < inner.top || y > inner.bottom) return "";
    const name = spec.said ? spec.said[i] : spec.categories[i];
    return [name, ...spec.series.map((each) => `${each.name || spec.y}  ${shown(each.values[i])}`)].join("\n");
  };
  return { body, at };
}

// Shares in two rows and two columns for each group: how large a share is, its colour says too.
function drawTiles(spec, colours, width, height) {
  const wide = (width - 12) / spec.groups.length;
  let body = "";
  spec.groups.forEach((group, g) => {
    const [left, top] = [34 + g * wide, 40];
    const [w, h] = [Math.min(170, (wide - 44) / 2), (height - top - 34) / 2];
    body += text(left + w, 16, group.name, 'text-anchor="middle" font-weight="600"');
    spec.columns.forEach((name, c) => (body += text(left + (c + 0.5) * w, 34, name, `text-anchor="middle" fill="${colours.faint}"`)));
    spec.rows.forEach((name, r) => {
      const middle = top + (r + 0.5) * h;
      body += text(left - 12, middle, name, `text-anchor="middle" transform="rotate(-90 ${left - 12} ${middle})" fill="${colours.faint}"`);
    });
    group.tiles.forEach((tile, i) => {
      const [x, y] = [left + (i % 2) * w, top + Math.floor(i / 2) * h];
      body += `<rect x="${x + 1}" y="${y + 1}" width="${w - 2}" height="${h - 2}" rx="4" fill="${tile.color}" fill-opacity="${(0.12 + 0.75 * tile.share).toFixed(3)}" stroke="${tile.color}"/>`;
      body += text(x + w / 2, y + h / 2 - 4, tile.name, 'text-anchor="middle"');
      body += text(x + w / 2, y + h / 2 + 14, `${(100 * tile.share).toFixed(1)} %`, 'text-anchor="middle" font-weight="600"');
    });
  });
  return { body: body + text(width / 2, height - 8, spec.x, `text-anchor="middle" fill="${colours.faint}"`), at: null };
}

