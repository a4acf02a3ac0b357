/*
 * A choice that brings its usual answers along: <select data-fills>, whose options carry data-fill='{"name": "value"}'.
 * Choosing one writes into the boxes that are still empty, or hold what an earlier choice wrote; never over typed words.
 */
document.addEventListener("change", (event) => {
  const choice = event.target;
  if (!choice.matches || !choice.matches("select[data-fills]")) return;
  const fill = JSON.parse(choice.selectedOptions[0]?.dataset.fill || "{}");
  for (const box of choice.form.elements) {
    if (box.dataset.filled !== undefined && box.value === box.dataset.filled && !(box.name in fill)) {
      box.value = "";
      delete box.dataset.filled;
    }
  }
  for (const [name, value] of Object.entries(fill)) {
    const box = choice.form.elements.namedItem(name);
    if (!box || (box.value && box.value !== box.dataset.filled)) continue;
    box.value = value;
    box.dataset.filled = value;
  }
});
