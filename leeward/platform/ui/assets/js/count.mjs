// How many characters are left, said when it matters: near the limit, and to screen readers only after a pause.
const plural = new Intl.PluralRules(document.documentElement.lang || "en");
const figures = new Intl.NumberFormat(document.documentElement.lang || "en");

for (const box of document.querySelectorAll("[data-module='govuk-character-count']")) {
  const text = box.querySelector("textarea");
  const hint = text && document.getElementById(`${text.id}-info`);
  const most = Number(box.dataset.maxlength);
  if (!hint || !most) continue;
  const from = (most * Number(box.dataset.threshold || 0)) / 100;
  const words = (key, count) => {
    const said = box.getAttribute(`data-i18n.${key}.${plural.select(count)}`) || box.getAttribute(`data-i18n.${key}.other`);
    return (said || "").replace("%{count}", figures.format(count));
  };
  const visible = document.createElement("div");
  visible.className = hint.className;
  visible.setAttribute("aria-hidden", "true");
  const spoken = document.createElement("div");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("role", "status");
  hint.classList.add("govuk-visually-hidden");
  hint.after(visible, spoken);
  let timer = 0;
  const refresh = () => {
    // A character as a person counts it: an emoji is one, as it is on the server.
    const left = most - [...text.value].length;
    const near = most - left >= from;
    const over = left < 0;
    const said = left === 0 ? box.getAttribute("data-i18n.characters-at-limit")
      : words(over ? "characters-over-limit" : "characters-under-limit", Math.abs(left));
    visible.textContent = near ? said : "";
    visible.hidden = !near;
    visible.classList.toggle("govuk-error-message", over);
    text.classList.toggle("govuk-textarea--error", over || Boolean(box.querySelector(".govuk-error-message[id]")));
    window.clearTimeout(timer);
    timer = window.setTimeout(() => { spoken.textContent = near ? said : ""; }, 1000);
  };
  text.addEventListener("input", refresh);
  window.addEventListener("pageshow", refresh);
  refresh();
}
