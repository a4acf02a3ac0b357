// Tick all rows of a table: the box stands in its first heading. Without this script each row is ticked by itself.
for (const table of document.querySelectorAll("table[data-tick-all]")) {
  const boxes = () => [...table.querySelectorAll("input[data-tick]")];
  const holder = document.createElement("span");
  holder.className = "lw-tick";
  const all = document.createElement("input");
  all.type = "checkbox";
  all.id = `tick-all-${Math.random().toString(36).slice(2, 8)}`;
  const label = document.createElement("label");
  label.htmlFor = all.id;
  const words = document.createElement("span");
  words.className = "govuk-visually-hidden";
  words.textContent = table.dataset.tickAll;
  label.append(words);
  holder.append(all, label);
  table.tHead.rows[0].cells[0].replaceChildren(holder);
  const refresh = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.addEventListener("change", () => {
    boxes().forEach((box) => { box.checked = all.checked; });
  });
  table.addEventListener("change", (event) => {
    if (event.target !== all) refresh();
  });
  window.addEventListener("pageshow", refresh);
  refresh();
}
