// After a form came back with mistakes the summary gets the focus, and its links go to the label as well as the box.
const summary = document.querySelector(".govuk-error-summary");
if (summary) {
  summary.setAttribute("tabindex", "-1");
  summary.focus();
  summary.addEventListener("blur", () => summary.removeAttribute("tabindex"), { once: true });
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const input = link && document.getElementById(link.hash.slice(1));
    if (!input) return;
    event.preventDefault();
    const legend = input.closest("fieldset")?.querySelector("legend");
    (legend || document.querySelector(`label[for="${CSS.escape(input.id)}"]`) || input).scrollIntoView();
    input.focus({ preventScroll: true });
  });
}
