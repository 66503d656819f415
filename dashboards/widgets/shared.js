// What all widgets share: colours of the theme, numbers as text, ticks of an axis, files to keep.

const THEMES = {
  light: { ink: "#22262b", faint: "#6b727a", line: "#d5d9de", paper: "#ffffff", event: "#b3541e", ring: "#000000" },
  dark: { ink: "#e7eaee", faint: "#a3abb5", line: "#3b424b", paper: "#1e1e1e", event: "#f0a06a", ring: "#ffffff" },
};
const theme = (model) => THEMES[model.get("dark") ? "dark" : "light"];
const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

function shown(value) {
  if (value === null || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1).replace("e+", "e");
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
}

function ticks(low, high, number) {
  const rough = (high - low) / Math.max(number, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) || 10);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return found;
}

const escaped = (text) =>
  String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

function keep(content, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function keepAsPng(svg, width, height, paper, name) {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    context.fillStyle = paper;
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
    canvas.toBlob((blob) => keep(blob, `${name}.png`));
  };
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
}

// Two small buttons that save the figure, in a corner of the widget.
function keepers(box, figure) {
  const bar = document.createElement("div");
  bar.className = "society-keep";
  for (const kind of ["svg", "png"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind.toUpperCase();
    button.title = `Save this figure as ${kind.toUpperCase()}`;
    button.onclick = () => {
      const { svg, width, height, paper, name } = figure();
      if (kind === "svg") keep(svg, `${name}.svg`, "image/svg+xml");
      else keepAsPng(svg, width, height, paper, name);
    };
    bar.append(button);
  }
  box.append(bar);
}

function sized(box, redraw) {
  const observer = new ResizeObserver(() => redraw());
  observer.observe(box);
  return () => observer.disconnect();
}
