// The part of a canvas's drawing context that the plane uses, written as SVG: what is seen is what is saved.

class SvgContext {
  constructor(width, height) {
    [this.width, this.height, this.parts, this.path] = [width, height, [], ""];
    [this.fillStyle, this.strokeStyle, this.lineWidth, this.globalAlpha] = ["#000", "#000", 1, 1];
    [this.font, this.textAlign] = ["12px sans-serif", "left"];
  }
  beginPath() { this.path = ""; }
  moveTo(x, y) { this.path += `M${x.toFixed(1)} ${y.toFixed(1)}`; }
  lineTo(x, y) { this.path += `L${x.toFixed(1)} ${y.toFixed(1)}`; }
  arc(x, y, r) { this.path += `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`; }
  stroke() {
    this.parts.push(`<path d="${this.path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}" opacity="${this.globalAlpha}"/>`);
  }
  fill() { this.parts.push(`<path d="${this.path}" fill="${this.fillStyle}" opacity="${this.globalAlpha}"/>`); }
  fillRect(x, y, w, h) {
    this.parts.push(`<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${w.toFixed(1)}" height="${h.toFixed(1)}" fill="${this.fillStyle}" opacity="${this.globalAlpha}"/>`);
  }
  fillText(said, x, y) { this.text(said, x, y, `fill="${this.fillStyle}"`); }
  strokeText(said, x, y) {
    this.text(said, x, y, `fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}" stroke-linejoin="round"`);
  }
  text(said, x, y, look) {
    const anchor = { left: "start", center: "middle", right: "end" }[this.textAlign];
    this.parts.push(`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${look} text-anchor="${anchor}" style="font:${escaped(this.font)}" ${this.turn || ""}>${escaped(said)}</text>`);
  }
  measureText(said) { return { width: 6.6 * said.length }; }
  save() {}
  restore() { this.turn = ""; }
  translate(x, y) { this.turn = `transform="translate(${x} ${y})"`; }
  rotate(angle) { this.turn = this.turn.replace(/"$/, ` rotate(${(angle * 180) / Math.PI})"`); }
  toString() {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}">${this.parts.join("")}</svg>`;
  }
}
