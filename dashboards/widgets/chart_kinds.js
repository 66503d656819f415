// Two more kinds of chart: intervals one below the other, and heat maps.

const FARTHEST = 5; // standard deviations: what is beyond is drawn at the edge, so that all others can be read

function drawForest(spec, colours, width, height) {
  const rows = spec.rows;
  const names = Math.min(width * 0.42, 14 + 6.4 * Math.max(4, ...rows.map((row) => row.name.length)));
  const inner = { left: names, right: width - 16, top: 22, bottom: height - MARGIN.bottom };
  const within = (value) => (value === null ? null : Math.max(-FARTHEST, Math.min(FARTHEST, value)));
  const [low, high] = bounds([0, ...rows.flatMap((row) => [row.value, row.low, row.high].map(within))], false).map(within);
  const across = (value) => inner.left + ((within(value) - low) / (high - low || 1)) * (inner.right - inner.left);
  const each = (inner.bottom - inner.top) / Math.max(rows.length, 1);
  let body = "";
  for (const tick of ticks(low, high, Math.max(2, (inner.right - inner.left) / 70))) {
    body += line(across(tick), inner.top, across(tick), inner.bottom, colours.line);
    body += text(across(tick), inner.bottom + 16, shown(tick), `text-anchor="middle" fill="${colours.faint}"`);
  }
  body += line(across(0), inner.top, across(0), inner.bottom, colours.faint);
  rows.forEach((row, i) => {
    const y = inner.top + (i + 0.5) * each;
    body += text(inner.left - 8, y + 4, clipped(row.name, names - 12), 'text-anchor="end"');
    if (row.low !== null && row.high !== null)
      body += line(across(row.low), y, across(row.high), y, row.color, 'stroke-width="2.4"');
    if (Math.abs(row.value) > FARTHEST) body += drawBeyond(row, across(row.value), y);
    else if (row.value !== null) body += `<circle cx="${across(row.value).toFixed(1)}" cy="${y.toFixed(1)}" r="4" fill="${row.color}"/>`;
  });
  body += text((inner.left + inner.right) / 2, height - 6, spec.x, `text-anchor="middle" fill="${colours.faint}"`);
  const at = (x, y) => (rows[Math.floor((y - inner.top) / each)] || { said: "" }).said;
  return { body, at };
}

function drawBeyond(row, x, y) {
  const way = Math.sign(row.value);
  const tip = `M${(x + 5 * way).toFixed(1)} ${y.toFixed(1)}L${(x - 5 * way).toFixed(1)} ${(y - 5).toFixed(1)}v10Z`;
  return `<path d="${tip}" fill="${row.color}"/>` + text(x - 10 * way, y + 4, shown(row.value),
    `text-anchor="${way > 0 ? "end" : "start"}" fill="${row.color}"`);
}

// Cells by row and column, from the bottom up; null where there is nothing.
function drawHeat(spec, colours, width, height) {
  const names = Math.min(width * 0.3, 30 + 6.4 * Math.max(...spec.ys.map((name) => name.length)));
  const inner = { left: names, right: width - 12, top: 28, bottom: height - MARGIN.bottom };
  const wide = (inner.right - inner.left) / spec.xs.length;
  const high = (inner.bottom - inner.top) / spec.ys.length;
  const middle = (inner.top + inner.bottom) / 2;
  let body = text(13, middle, clipped(spec.y, inner.bottom - inner.top + 30),
    `text-anchor="middle" transform="rotate(-90 13 ${middle})" fill="${colours.faint}"`);
  spec.ys.forEach((name, j) => (body += text(inner.left - 6, inner.bottom - (j + 0.5) * high + 4,
    clipped(name, names - 26), `text-anchor="end" fill="${colours.faint}"`)));
  const every = Math.ceil(Math.max(...spec.xs.map((name) => 7 * name.length)) / (wide * 1.4));
  spec.xs.forEach((name, i) => {
    if (i % every === 0) body += text(inner.left + (i + 0.5) * wide, inner.bottom + 16, clipped(name, wide * every),
      `text-anchor="middle" fill="${colours.faint}"`);
  });
  spec.cells.forEach((row, j) => row.forEach((cell, i) => {
    const [x, y] = [inner.left + i * wide, inner.bottom - (j + 1) * high];
    if (!cell) return (body += `<rect x="${x + 0.5}" y="${y + 0.5}" width="${wide - 1}" height="${high - 1}" fill="none" stroke="${colours.line}"/>`);
    body += `<rect x="${x + 0.5}" y="${y + 0.5}" width="${wide - 1}" height="${high - 1}" fill="${cell.color}"/>`;
    if (wide > 8 + 6.6 * shown(cell.value).length && high > 18) body += text(x + wide / 2, y + high / 2 + 4, shown(cell.value),
      `text-anchor="middle" fill="${cell.ink}"`);
  }));
  body += text((inner.left + inner.right) / 2, height - 6, spec.x, `text-anchor="middle" fill="${colours.faint}"`);
  body += drawScale(spec, colours, inner.left);
  const at = (x, y) => {
    const cell = (spec.cells[Math.floor((inner.bottom - y) / high)] || [])[Math.floor((x - inner.left) / wide)];
    return cell ? cell.said : "";
  };
  return { body, at };
}

function drawScale(spec, colours, left) {
  const each = 110 / spec.stops.length;
  const low = shown(spec.low);
  const start = left + 8 + 6.6 * low.length;
  let body = text(left, 16, low, `fill="${colours.faint}"`);
  spec.stops.forEach((colour, i) => (body += `<rect x="${start + i * each}" y="6" width="${each + 0.6}" height="11" fill="${colour}"/>`));
  return body + text(start + 116, 16, shown(spec.high), `fill="${colours.faint}"`);
}

export default { render };
