// Leaves at once: a cover over the page, then away, with this page's entry in the history replaced.
// Without this script the button is a plain link to the same place.
const box = document.querySelector("[data-exit]");
const button = box && box.querySelector("a");
const words = box ? box.dataset : {};

function leave(event) {
  if (event) event.preventDefault();
  const cover = document.createElement("div");
  cover.className = "lw-cover";
  cover.textContent = words.leaving || "";
  cover.setAttribute("role", "alert");
  document.body.replaceChildren(cover);
  document.title = words.leaving || "…";
  window.location.replace(button.href);
}

if (button) {
  const status = document.createElement("span");
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  const dots = document.createElement("span");
  dots.className = "lw-exit__dots";
  dots.setAttribute("aria-hidden", "true");
  dots.append(...[1, 2, 3].map(() => document.createElement("i")));
  box.append(status);
  button.append(dots);

  let presses = 0;
  let timer = 0;
  let otherKey = false;

  const show = (text) => {
    dots.classList.toggle("lw-exit__dots--on", presses > 0);
    [...dots.children].forEach((dot, index) => dot.classList.toggle("on", index < presses));
    status.textContent = text || "";
  };
  const reset = (text) => {
    window.clearTimeout(timer);
    presses = 0;
    show(text);
  };

  button.addEventListener("click", leave);
  // A capital letter is Shift with another key, and is not a call for help.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") otherKey = event.shiftKey;
  }, true);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") return;
    if (otherKey) {
      otherKey = false;
      reset();
      return;
    }
    presses += 1;
    if (presses === 1) timer = window.setTimeout(() => reset(words.timedOut), 5000);
    if (presses < 3) {
      show(presses === 1 ? words.twoMore : words.oneMore);
      return;
    }
    reset();
    leave();
  }, true);

  // Some browsers show a kept copy of the page on "back", answers and all. Ask for the page again instead.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}
