// A line of text that changes often.

function render({ model, el }) {
  const show = () => (el.textContent = model.get("text"));
  model.on("change:text", show);
  show();
}

export default { render };
