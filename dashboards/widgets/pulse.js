// Tells the server which frame the browser has drawn, so that a slow browser is sent fewer, and keeps the address bar.

function render({ model }) {
  const answer = () => requestAnimationFrame(() => {
    model.set("drawn", model.get("frame"));
    model.save_changes();
  });
  const show = () => {
    const query = model.get("query");
    window.history.replaceState(window.history.state, "", window.location.pathname + (query ? `?${query}` : ""));
  };
  model.on("change:frame", answer);
  model.on("change:query", show);
  show();
  answer();
}

export default { render };
