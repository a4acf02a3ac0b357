// Tables that sort in the browser: a heading with data-sort becomes a button. A cell may carry data-value to sort by.
const compare = new Intl.Collator(document.documentElement.lang || "en", { numeric: true, sensitivity: "base" });

for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const first = [...body.rows];
  const headings = [...table.tHead.rows[0].cells];
  const spoken = document.createElement("div");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("role", "status");
  table.after(spoken);

  const key = (row, index, kind) => {
    const cell = row.cells[index];
    const text = cell ? (cell.dataset.value ?? cell.textContent.trim()) : "";
    return kind === "number" ? (text === "" ? -Infinity : Number.parseFloat(text.replace(/,/g, ""))) : text;
  };
  headings.forEach((heading, index) => {
    const kind = heading.dataset.sort;
    if (!kind) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "lw-sort";
    button.append(...heading.childNodes);
    heading.append(button);
    heading.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((other) => { if (other.dataset.sort) other.setAttribute("aria-sort", "none"); });
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sorted = [...first].sort((a, b) => {
        const [x, y] = [key(a, index, kind), key(b, index, kind)];
        return (kind === "number" ? x - y : compare.compare(x, y)) * (down ? -1 : 1);
      });
      body.append(...sorted);
      spoken.textContent = `${button.textContent.trim()}: ${down ? "↓" : "↑"}`;
    });
  });
}
