// A page of a table. A click, or Enter, on a row chooses it; on a head, sorts by it. Arrow keys go from row to row.

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "society-table";
  el.style.height = "100%";
  el.append(box);

  const draw = () => {
    const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const order = model.get("order");
    const name = order.replace(/^-/, "");
    const heads = model.get("columns").map((column) => {
      const sign = column.name !== name ? "" : order.startsWith("-") ? " ↓" : " ↑";
      const sorted = column.name !== name ? "none" : order.startsWith("-") ? "descending" : "ascending";
      return `<th class="${column.right ? "right" : ""}" aria-sort="${sorted}" title="${escaped(column.title)}"><button type="button" data-key="head ${escaped(column.name)}" data-name="${escaped(column.name)}">${escaped(column.label)}${sign}</button></th>`;
    });
    const rights = model.get("columns").map((column) => (column.right ? ' class="right"' : ""));
    const keys = model.get("rows").map((row) => row.key);
    const stop = [focused, model.get("chosen")].find((key) => keys.includes(key)) || keys[0];
    const rows = model.get("rows").map((row) => {
      const cells = row.cells.map((cell, i) => `<td${rights[i]} title="${escaped(cell)}">${escaped(cell)}</td>`);
      const chosen = row.key === model.get("chosen");
      return `<tr tabindex="${row.key === stop ? 0 : -1}" data-key="${escaped(row.key)}" class="${row.state}${chosen ? " chosen" : ""}" aria-selected="${chosen}">${cells.join("")}</tr>`;
    });
    box.innerHTML = `<table><thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
    if (focused) [...box.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus();
  };
  const choose = (row) => {
    model.set("chosen", row.dataset.key === model.get("chosen") ? "" : row.dataset.key);
    model.save_changes();
  };
  box.onclick = (event) => {
    const [head, row] = [event.target.closest("th button"), event.target.closest("tbody tr")];
    if (row) return choose(row);
    if (!head) return;
    const same = model.get("order") === head.dataset.name;
    model.set("order", (same ? "-" : "") + head.dataset.name);
    model.save_changes();
  };
  box.onkeydown = (event) => {
    const row = event.target.closest("tbody tr");
    if (!row) return;
    const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
    if (event.key === "Enter" || event.key === " ") choose(row);
    else if (next) {
      [row.tabIndex, next.tabIndex] = [-1, 0]; // Tab stops at one row, not at fifty
      next.focus();
    } else return;
    event.preventDefault();
  };
  model.on("change:columns change:rows change:order change:chosen", draw);
  draw();
}

export default { render };
