// People as points on a plane, in two layers: below what changes rarely (density, ties, arrows, axes), above the
// people themselves. Wheel and buttons zoom, dragging moves, a click or Enter opens a person.

const array = (model, name, Type) => {
  const bytes = model.get(name);
  return bytes && bytes.byteLength ? new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)) : new Type(0);
};
const LEGEND = 24;

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "society-box society-plane";
  box.tabIndex = 0;
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", "People. Arrow keys go from person to person, Enter opens one, plus and minus zoom, 0 shows all.");
  const [below, above] = [document.createElement("canvas"), document.createElement("canvas")];
  const tip = document.createElement("div");
  tip.className = "society-tip";
  box.append(below, above, tip);
  el.style.height = "100%";
  el.append(box);

  const view = { zoom: 1, x: 0, y: 0 };
  const data = {};
  let [hovered, pending] = [-1, false];

  const read = () => {
    data.points = array(model, "points", Float32Array);
    data.colors = array(model, "colors", Uint8Array);
    data.values = array(model, "values", Float32Array);
    data.rows = array(model, "rows", Int32Array);
    data.edges = array(model, "edges", Int32Array);
    data.density = array(model, "density", Uint8Array);
    data.arrows = array(model, "arrows", Float32Array);
    data.trail = array(model, "trail", Float32Array);
    data.info = model.get("info");
    data.n = data.points.length / 2;
  };
  const scene = () => sceneOf(data, view, box.clientWidth, box.clientHeight, theme(model));
  const drawAll = () => {
    pending = false;
    if (!box.clientWidth || !box.clientHeight || !data.info.extent) return;
    for (const [canvas, paint] of [[below, paintBelow], [above, paintAbove]]) {
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [box.clientWidth, box.clientHeight];
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
        [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
      }
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      paint(context, scene(), { hovered, selected: model.get("selected") });
    }
  };
  const redraw = () => {
    if (!pending) requestAnimationFrame(drawAll);
    pending = true;
  };

  const nearest = (x, y, reach) => {
    const { across, up } = scene();
    let [best, least] = [-1, reach * reach];
    for (let i = 0; i < data.n; i++) {
      const [dx, dy] = [across(data.points[2 * i]) - x, up(data.points[2 * i + 1]) - y];
      if (dx * dx + dy * dy < least) [best, least] = [i, dx * dx + dy * dy];
    }
    return best;
  };
  const hover = (i) => {
    hovered = i;
    tip.style.display = i < 0 ? "none" : "block";
    if (i >= 0) {
      const { across, up } = scene();
      const legend = data.info.legend || {};
      const value = legend.items ? legend.items[data.values[i]]?.name ?? "–" : shown(data.values[i]);
      tip.textContent = `person ${data.rows[i].toLocaleString("en")}` + (legend.label ? `\n${legend.label}  ${value}` : "");
      const [x, y] = [across(data.points[2 * i]), up(data.points[2 * i + 1])];
      tip.style.left = `${Math.max(0, Math.min(x + 10, box.clientWidth - tip.offsetWidth - 4))}px`;
      tip.style.top = `${Math.max(0, Math.min(y + 10, box.clientHeight - tip.offsetHeight - 4))}px`;
    }
    redraw();
  };
  const open = (i) => {
    model.set("selected", i < 0 ? -1 : data.rows[i]);
    model.save_changes();
    redraw();
  };
  const zoomAt = (x, y, factor) => {
    const zoom = Math.max(1, Math.min(40, view.zoom * factor));
    const change = zoom / view.zoom;
    const [cx, cy] = [box.clientWidth / 2, box.clientHeight / 2];
    [view.x, view.y, view.zoom] = [(view.x + cx - x) * change - (cx - x), (view.y + cy - y) * change - (cy - y), zoom];
    if (zoom === 1) [view.x, view.y] = [0, 0];
    redraw();
  };

  let drag = null;
  box.onpointerdown = (event) => {
    if (event.target.tagName === "BUTTON") return;
    drag = { x: event.clientX, y: event.clientY, far: false };
  };
  box.onpointermove = (event) => {
    const place = box.getBoundingClientRect();
    if (!drag) return hover(nearest(event.clientX - place.left, event.clientY - place.top, 14));
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.far && Math.hypot(dx, dy) < 4) return;
    [view.x, view.y, drag.x, drag.y, drag.far] = [view.x + dx, view.y + dy, event.clientX, event.clientY, true];
    redraw();
  };
  box.onpointerup = (event) => {
    const place = box.getBoundingClientRect();
    if (drag && !drag.far) open(nearest(event.clientX - place.left, event.clientY - place.top, 14));
    drag = null;
  };
  box.onpointerleave = () => { drag = null; hover(-1); };
  box.onblur = () => hover(-1);
  box.onwheel = (event) => {
    if (!event.ctrlKey && document.activeElement !== box) return; // so that the page can be scrolled past it
    event.preventDefault();
    const place = box.getBoundingClientRect();
    zoomAt(event.clientX - place.left, event.clientY - place.top, event.deltaY < 0 ? 1.2 : 1 / 1.2);
  };
  box.onkeydown = (event) => {
    const middle = [box.clientWidth / 2, box.clientHeight / 2];
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) hover(towards(data, scene(), hovered, way));
    else if (event.key === "Enter" && event.target === box) open(hovered);
    else if (event.key === "Escape") open(-1);
    else if (event.key === "+" || event.key === "=") zoomAt(...middle, 1.3);
    else if (event.key === "-") zoomAt(...middle, 1 / 1.3);
    else if (event.key === "0") zoomAt(...middle, 0);
    else return;
    event.preventDefault();
  };
  keepers(box, () => {
    const context = new SvgContext(box.clientWidth, box.clientHeight);
    paintBelow(context, scene(), {});
    paintAbove(context, scene(), { hovered: -1, selected: model.get("selected") });
    return { svg: String(context), width: box.clientWidth, height: box.clientHeight, paper: theme(model).paper, name: data.info.name || "people" };
  });
  const update = () => { read(); if (hovered >= data.n) hovered = -1; redraw(); };
  model.on("change:points change:colors change:edges change:density change:arrows change:trail change:info", update);
  model.on("change:dark change:selected", redraw);
  const stop = sized(box, redraw);
  update();
  return stop;
}

// Where things are on the screen.
function sceneOf(data, view, width, height, colours) {
  const info = data.info;
  const margin = info.axes ? { left: 46, right: 12, top: LEGEND + 6, bottom: 36 } : { left: 8, right: 8, top: LEGEND + 4, bottom: 8 };
  const [low_x, high_x, low_y, high_y] = info.extent || [0, 1, 0, 1];
  const [wide, high] = [width - margin.left - margin.right, height - margin.top - margin.bottom];
  const [cx, cy] = [width / 2, height / 2];
  const across = (x) => (margin.left + ((x - low_x) / (high_x - low_x)) * wide - cx) * view.zoom + cx + view.x;
  const up = (y) => (margin.top + (1 - (y - low_y) / (high_y - low_y)) * high - cy) * view.zoom + cy + view.y;
  const back = { x: (px) => low_x + (((px - cx - view.x) / view.zoom + cx - margin.left) / wide) * (high_x - low_x),
    y: (py) => high_y - (((py - cy - view.y) / view.zoom + cy - margin.top) / high) * (high_y - low_y) };
  const inner = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
  const radius = Math.max(1.6, Math.min(5.5, 70 / Math.sqrt(data.n + 1))) * Math.sqrt(view.zoom) * (info.small || 1);
  return { data, info, across, up, back, inner, width, height, colours, radius, zoom: view.zoom };
}

function paintBelow(c, s, _) {
  const { data, info, across, up, colours } = s;
  if (data.density.length) paintDensity(c, s);
  if (data.edges.length) {
    c.strokeStyle = colours.faint;
    c.globalAlpha = Math.max(0.07, Math.min(0.35, 900 / data.edges.length)) * Math.min(2, s.zoom);
    c.lineWidth = 0.7;
    c.beginPath();
    const { points, edges } = data;
    for (let e = 0; e < edges.length; e += 2) {
      c.moveTo(across(points[2 * edges[e]]), up(points[2 * edges[e] + 1]));
      c.lineTo(across(points[2 * edges[e + 1]]), up(points[2 * edges[e + 1] + 1]));
    }
    c.stroke();
    c.globalAlpha = 1;
  }
}

function paintDensity(c, s) {
  const [columns, rows] = s.info.grid;
  const [r, g, b] = s.info.tint;
  const [low_x, high_x, low_y, high_y] = s.info.extent;
  const place = (i, n, low, high) => low + (i / n) * (high - low);
  c.fillStyle = `rgb(${r},${g},${b})`;
  for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) {
    const dark = s.data.density[j * columns + i];
    if (dark < 4) continue;
    c.globalAlpha = (dark / 255) * 0.75;
    const [x, y] = [s.across(place(i, columns, low_x, high_x)), s.up(place(j + 1, rows, low_y, high_y))];
    c.fillRect(x, y, s.across(place(i + 1, columns, low_x, high_x)) - x, s.up(place(j, rows, low_y, high_y)) - y);
  }
  c.globalAlpha = 1;
}

function paintAbove(c, s, { hovered, selected }) {
  const { data, across, up, colours, radius } = s;
  const chosen = data.rows.indexOf(selected);
  if (chosen >= 0 && data.edges.length) paintTies(c, s, chosen);
  c.globalAlpha = s.info.faint || 1;
  for (let i = 0; i < data.n; i++) {
    c.fillStyle = `rgb(${data.colors[3 * i]},${data.colors[3 * i + 1]},${data.colors[3 * i + 2]})`;
    c.beginPath();
    c.arc(across(data.points[2 * i]), up(data.points[2 * i + 1]), radius, 0, 6.2832);
    c.fill();
  }
  c.globalAlpha = 1;
  if (data.arrows.length) paintArrows(c, s);
  paintTrails(c, s);
  for (const [i, wide] of [[chosen, 3], [hovered, 1.5]]) {
    if (i === undefined || i < 0 || i >= data.n) continue;
    c.strokeStyle = colours.ring;
    c.lineWidth = wide;
    c.beginPath();
    c.arc(across(data.points[2 * i]), up(data.points[2 * i + 1]), radius + 3, 0, 6.2832);
    c.stroke();
  }
  paintMarks(c, s);
  if (s.info.axes) paintAxes(c, s);
  paintLegend(c, s);
}

function paintTies(c, s, chosen) {
  const { data, across, up } = s;
  c.strokeStyle = s.colours.ring;
  c.lineWidth = 1.2;
  c.beginPath();
  for (let e = 0; e < data.edges.length; e += 2) {
    const [i, j] = [data.edges[e], data.edges[e + 1]];
    if (i !== chosen && j !== chosen) continue;
    c.moveTo(across(data.points[2 * i]), up(data.points[2 * i + 1]));
    c.lineTo(across(data.points[2 * j]), up(data.points[2 * j + 1]));
  }
  c.stroke();
}

// Arrows (x, y, dx, dy) are drawn to a scale of their own: the longest fills its cell.
function paintArrows(c, s) {
  const { arrows } = s.data;
  c.strokeStyle = s.colours.ink;
  c.lineWidth = 1.4;
  c.beginPath();
  for (let a = 0; a < arrows.length; a += 4) {
    const [x, y] = [s.across(arrows[a]), s.up(arrows[a + 1])];
    const [tx, ty] = [s.across(arrows[a] + arrows[a + 2]), s.up(arrows[a + 1] + arrows[a + 3])];
    const angle = Math.atan2(ty - y, tx - x);
    const head = Math.min(5, 0.45 * Math.hypot(tx - x, ty - y) + 1);
    c.moveTo(x, y);
    c.lineTo(tx, ty);
    for (const turn of [2.6, -2.6]) {
      c.moveTo(tx, ty);
      c.lineTo(tx + head * Math.cos(angle + turn), ty + head * Math.sin(angle + turn));
    }
  }
  c.stroke();
}

// Ways of persons, one behind the other in `trail`; where there are none, a ring in the colour of each.
function paintTrails(c, s) {
  const { data, across, up } = s;
  let from = 0;
  for (const { row, length, color } of s.info.trails || []) {
    const i = data.rows.indexOf(row);
    [c.strokeStyle, c.fillStyle, c.lineWidth] = [color, color, 2.2];
    c.beginPath();
    if (!data.trail.length) {
      if (i >= 0) c.arc(across(data.points[2 * i]), up(data.points[2 * i + 1]), s.radius + 2, 0, 6.2832);
      c.stroke();
      continue;
    }
    const own = data.trail.subarray(from, (from += 2 * length));
    for (let k = 0; k < own.length; k += 2) c[k ? "lineTo" : "moveTo"](across(own[k]), up(own[k + 1]));
    c.stroke();
    const [x, y] = [across(own[own.length - 2]), up(own[own.length - 1])];
    c.beginPath();
    c.arc(x, y, 5, 0, 6.2832);
    c.fill();
    [c.font, c.textAlign] = [`600 11px ${FONT}`, "left"];
    haloed(c, s, String(row), x + 7, y - 5);
  }
}

// Crosses, each with its name where that covers no other cross nor name: to the right, left, above or below.
function paintMarks(c, s) {
  const places = (s.info.marks || []).map(({ x, y, label }) => ({ x: s.across(x), y: s.up(y), label }));
  const taken = places.map(({ x, y }) => [x - 6, y - 6, x + 6, y + 6]);
  const isFree = ([left, top, right, bottom]) => left > s.inner.left && right < s.width &&
    taken.every((other) => right < other[0] || left > other[2] || bottom < other[1] || top > other[3]);
  [c.strokeStyle, c.lineWidth] = [s.colours.ink, 2];
  c.beginPath();
  for (const { x, y } of places) for (const [dx, dy] of [[5, 5], [5, -5]]) {
    c.moveTo(x - dx, y - dy);
    c.lineTo(x + dx, y + dy);
  }
  c.stroke();
  [c.fillStyle, c.font, c.textAlign] = [s.colours.ink, `600 11px ${FONT}`, "left"];
  for (const { x, y, label } of places) {
    const wide = c.measureText(label).width;
    const boxes = [[x + 8, y - 6], [x - 8 - wide, y - 6], [x - wide / 2, y - 19], [x - wide / 2, y + 8]]
      .map(([left, top]) => [left, top, left + wide, top + 12]);
    const box = boxes.find(isFree) || boxes[0];
    taken.push(box);
    haloed(c, s, label, box[0], box[1] + 10);
  }
}

// Text that can be read on anything.
function haloed(c, s, said, x, y) {
  [c.strokeStyle, c.lineWidth, c.lineJoin] = [s.colours.paper, 3, "round"];
  c.strokeText(said, x, y);
  c.fillText(said, x, y);
}

function paintAxes(c, s) {
  const { inner, colours, info, back } = s;
  c.fillStyle = colours.paper;
  c.fillRect(0, inner.bottom, s.width, s.height - inner.bottom);
  c.fillRect(0, 0, inner.left, s.height);
  [c.strokeStyle, c.lineWidth] = [colours.line, 1];
  c.beginPath();
  c.moveTo(inner.left, inner.top);
  c.lineTo(inner.left, inner.bottom);
  c.lineTo(inner.right, inner.bottom);
  c.stroke();
  [c.fillStyle, c.font, c.textAlign] = [colours.faint, `12px ${FONT}`, "center"];
  for (const x of ticks(back.x(inner.left), back.x(inner.right), (inner.right - inner.left) / 70))
    c.fillText(shown(x), s.across(x), inner.bottom + 15);
  c.textAlign = "right";
  if (info.ylabel) for (const y of ticks(back.y(inner.bottom), back.y(inner.top), (inner.bottom - inner.top) / 50))
    c.fillText(shown(y), inner.left - 5, s.up(y) + 4);
  c.textAlign = "center";
  c.fillText(info.xlabel, (inner.left + inner.right) / 2, s.height - 5);
  c.save();
  c.translate(12, (inner.top + inner.bottom) / 2);
  c.rotate(-Math.PI / 2);
  c.fillText(info.ylabel, 0, 0);
  c.restore();
}

function paintLegend(c, s) {
  const { legend } = s.info;
  if (!legend) return;
  c.fillStyle = s.colours.paper;
  c.fillRect(0, 0, s.width, LEGEND);
  [c.fillStyle, c.font, c.textAlign] = [s.colours.ink, `12px ${FONT}`, "left"];
  c.fillText(legend.label, 8, 16);
  let x = 18 + c.measureText(legend.label).width;
  if (legend.stops) {
    const low = shown(legend.low);
    c.fillText(low, x, 16);
    x += c.measureText(low).width + 6;
    const each = 110 / legend.stops.length;
    legend.stops.forEach(([r, g, b], i) => {
      c.fillStyle = `rgb(${r},${g},${b})`;
      c.fillRect(x + i * each, 6, each + 0.6, 12);
    });
    c.fillStyle = s.colours.ink;
    c.fillText(shown(legend.high), x + 116, 16);
  }
  for (const item of legend.listed || []) {
    const wide = 22 + c.measureText(item.name).width;
    if (x + wide > s.width - 80) return c.fillText("…", x, 16);
    c.fillStyle = `rgb(${item.color.join()})`;
    c.beginPath();
    c.arc(x + 5, 12, 5, 0, 6.2832);
    c.fill();
    c.fillStyle = s.colours.ink;
    c.fillText(item.name, x + 14, 16);
    x += wide;
  }
}

// The nearest person in a direction from another; from nobody, the one nearest to the middle.
function towards(data, s, from, [wx, wy]) {
  const start = from < 0 ? [s.width / 2, s.height / 2] : [s.across(data.points[2 * from]), s.up(data.points[2 * from + 1])];
  let [best, least] = [from, Infinity];
  for (let i = 0; i < data.n; i++) {
    const [dx, dy] = [s.across(data.points[2 * i]) - start[0], s.up(data.points[2 * i + 1]) - start[1]];
    const along = dx * wx + dy * wy;
    const far = Math.hypot(dx, dy) * (from < 0 ? 1 : 1 + 2 * Math.abs(dx * wy - dy * wx) / Math.max(along, 1e-9));
    if (i !== from && (from < 0 || along > 1) && far < least) [best, least] = [i, far];
  }
  return best;
}

export default { render };
