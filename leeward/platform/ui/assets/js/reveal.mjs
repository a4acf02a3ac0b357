// Opens what belongs to a chosen radio or tick box, closes it when another is chosen; "none of these" unticks the rest.
function panel(input) {
  const id = input.getAttribute("data-aria-controls") || input.getAttribute("aria-controls");
  return id && document.getElementById(id);
}

function refresh(input) {
  const opened = panel(input);
  if (!opened) return;
  opened.classList.toggle(`govuk-${input.type === "radio" ? "radios" : "checkboxes"}__conditional--hidden`, !input.checked);
  // A tick box may say that it opens something; a radio may not.
  if (input.type === "checkbox") input.setAttribute("aria-expanded", String(input.checked));
}

const inputs = [...document.querySelectorAll("input[data-aria-controls]")];
for (const input of inputs) {
  input.setAttribute("aria-controls", input.getAttribute("data-aria-controls"));
  input.removeAttribute("data-aria-controls");
  refresh(input);
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement)) return;
  if (input.type === "checkbox") {
    const others = [...(input.closest(".govuk-checkboxes")?.querySelectorAll("input[type=checkbox]") || [])].filter(
      (other) => other !== input && other.name === input.name,
    );
    const alone = (box) => box.dataset.behaviour === "exclusive";
    if (input.checked) {
      for (const other of others) {
        if (alone(input) || alone(other)) {
          other.checked = false;
          refresh(other);
        }
      }
    }
  }
  inputs.filter((other) => other.form === input.form && other.name === input.name).forEach(refresh);
  refresh(input);
});
window.addEventListener("pageshow", () => inputs.forEach(refresh));
