/*
 * Hides questions that the answers so far do not call for: <div data-when='["answer","about",["me"]]'>. Conditions are
 * ["always"], ["answer", name, values], ["any", …], ["all", …], ["not", one]. Without this script all are shown, and
 * what is not called for is not kept; so a hidden answer changes nothing either.
 */
for (const form of document.querySelectorAll("form[data-whens]")) {
  const parts = [...form.querySelectorAll("[data-when]")].map((part) => [part, JSON.parse(part.dataset.when)]);
  const given = (name) => {
    const shown = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((input) => !input.closest("[hidden]"));
    return shown.filter((input) => !/radio|checkbox/.test(input.type) || input.checked).map((input) => input.value);
  };
  const holds = ([kind, ...rest]) => {
    if (kind === "answer") return given(rest[0]).some((value) => rest[1].includes(value));
    if (kind === "any") return rest.some(holds);
    if (kind === "all") return rest.every(holds);
    if (kind === "not") return !holds(rest[0]);
    return true;
  };
  // Questions stand in the order in which they depend on one another: one pass is enough.
  const refresh = () => parts.forEach(([part, condition]) => { part.hidden = !holds(condition); });
  form.addEventListener("change", refresh);
  window.addEventListener("pageshow", refresh);
  refresh();
}
