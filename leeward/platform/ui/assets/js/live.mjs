/*
 * A page that several people write at once: <div data-live="/address" data-mark="12" data-item="7">, with parts in it.
 * Asks every second with the mark it has; 204 means that nothing is new, else {"mark", "item", "parts"} comes and each
 * part that differs is put in place, but for one in which somebody types; under a finger that is on a button nothing is
 * put: the press would be lost. While the page is hidden it asks less often.
 * Where the item has changed under a form, the page goes along if nothing was typed, and says so if something was.
 */
const live = document.querySelector("[data-live]");
if (live) {
  const state = document.querySelector("[data-live-state]");
  const moved = document.querySelector("[data-live-moved]");
  const shown = new Map();
  let failures = 0;
  let timer = 0;
  let asking = false;

  const say = (words) => {
    if (state && state.textContent !== words) state.textContent = words;
  };
  const typed = (root) => [...root.querySelectorAll("input:not([type=hidden]), textarea, select")].some((box) => {
    if (box.type === "checkbox" || box.type === "radio") return box.checked !== box.defaultChecked;
    if (box.tagName === "SELECT") {
      const first = Math.max([...box.options].findIndex((option) => option.defaultSelected), 0);
      return box.selectedIndex !== first;
    }
    return box.value !== box.defaultValue;
  });

  function put(parts) {
    for (const [name, html] of Object.entries(parts)) {
      const part = live.querySelector(`[data-part="${name}"]`);
      if (!part || shown.get(name) === html) continue;
      if (typed(part) || part.contains(document.activeElement) && /INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) continue;
      const opened = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
      const focus = part.contains(document.activeElement) ? document.activeElement.id : "";
      part.innerHTML = html;
      opened.forEach((id) => { const one = document.getElementById(id); if (one) one.open = true; });
      if (focus) document.getElementById(focus)?.focus();
      shown.set(name, html);
    }
  }

  function follow(item) {
    if (item === live.dataset.item) {
      if (moved) moved.hidden = true;
      return;
    }
    const forms = [...document.querySelectorAll("[data-of-item]")];
    if (!forms.length && !live.hasAttribute("data-reload")) {
      live.dataset.item = item;
      return;
    }
    if (forms.some(typed) || document.querySelector("[data-waiting] li")) {
      if (moved) moved.hidden = false;
    } else {
      window.location.reload();
    }
  }

  async function ask() {
    window.clearTimeout(timer);
    if (asking) return;
    asking = true;
    let answer;
    try {
      answer = await fetch(`${live.dataset.live}?mark=${encodeURIComponent(live.dataset.mark)}`, { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store" });
    } catch {
      answer = null;
    }
    asking = false;
    if (answer && answer.status === 204) {
      failures = 0;
      say("");
    } else if (answer && answer.ok && !answer.redirected) {
      const body = await answer.json().catch(() => null);
      if (body) {
        failures = 0;
        if (!live.querySelector("button:active, a:active")) {
          live.dataset.mark = body.mark;
          put(body.parts);
          follow(body.item);
        }
        say("");
      }
    } else if (answer && (answer.status === 404 || answer.status === 403 || answer.redirected)) {
      live.replaceChildren();
      say(live.dataset.gone);
      return;
    } else {
      failures += 1;
      if (failures > 1) say(live.dataset.lost);
    }
    if (!failures) document.dispatchEvent(new CustomEvent("leeward:alive"));
    timer = window.setTimeout(ask, document.hidden ? 5000 : Math.min(1000 + failures * 500, 5000));
  }
  timer = window.setTimeout(ask, 1000);
  document.addEventListener("leeward:arrived", ask);
  window.addEventListener("online", () => { failures = 0; });
}

/*
 * A form that must arrive: <form data-arrives>. It is sent without leaving the page; while the connection is gone what was
 * typed stays on the page in a list, and is sent by itself when it is back, with the token that counts once. Nothing of it
 * is kept by the browser. What the server refuses goes back into its form, with the reason. A form that is nothing but a
 * button says in data-arrives-say what waits; data-resets: its boxes are empty again once it was sent.
 */
const waiting = document.querySelector("[data-waiting]");
if (waiting) {
  const queue = [];
  let sending = false;
  let timer = 0;
  let failures = 0;
  const list = waiting.querySelector("ul");

  const token = () => {
    const bytes = window.crypto.getRandomValues(new Uint8Array(24));
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const draw = () => {
    waiting.hidden = !queue.length || !failures;
    list.replaceChildren(...queue.map((one) => {
      const line = document.createElement("li");
      line.textContent = one.words;
      return line;
    }));
  };
  // A part of the page may have been drawn anew since the form was sent.
  const stands = (one) => one.form.isConnected ? one.form : [...document.forms].find((form) => form.action === one.address) || one.form;
  const tell = (form, words, bad) => {
    const state = form.querySelector("[data-arrives-state]");
    if (!state) return;
    state.textContent = words;
    state.classList.toggle("lw-saved--bad", Boolean(bad));
  };
  const putBack = (one, words) => {
    const form = stands(one);
    for (const [name, value] of one.data.entries()) {
      const box = form.elements.namedItem(name);
      if (box && box.tagName && box.type !== "hidden" && !box.value) box.value = value;
    }
    tell(form, words, true);
  };

  async function send() {
    window.clearTimeout(timer);
    if (sending || !queue.length) return;
    sending = true;
    const one = queue[0];
    let answer = null;
    try {
      answer = await fetch(one.address, { method: "POST", body: one.data, credentials: "same-origin", headers: { Accept: "application/json" } });
    } catch {
      answer = null;
    }
    sending = false;
    if (answer && !answer.redirected && (answer.ok || answer.status === 422 || answer.status === 404)) {
      const body = await answer.json().catch(() => ({}));
      queue.shift();
      failures = 0;
      if (answer.ok) {
        // What was chosen is what stands now: nothing is left to be sent.
        one.form.querySelectorAll("input[type=radio], input[type=checkbox]").forEach((box) => { box.defaultChecked = box.checked; });
        tell(stands(one), one.form.dataset.arrived || "", false);
        if (!queue.length) document.dispatchEvent(new CustomEvent("leeward:arrived"));
      } else putBack(one, body.words || one.form.dataset.refused || "");
      document.dispatchEvent(new CustomEvent("leeward:alive"));
      draw();
      send();
      return;
    }
    failures += 1;
    draw();
    timer = window.setTimeout(send, Math.min(1000 * failures, 5000));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-arrives")) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const main = form.querySelector("[data-arrives-words], textarea[name=words]");
    if (main && main.value.trim() === "" && !form.querySelector("[data-arrives-or]")?.value) {
      main.focus();
      tell(form, form.dataset.empty || "", true);
      return;
    }
    const other = form.querySelector("[data-arrives-or]");
    const picked = form.querySelector("input[type=radio]:checked");
    const said = [form.dataset.arrivesSay, picked && picked.labels[0] && picked.labels[0].textContent].filter(Boolean).join(": ");
    const words = (main && main.value) || (other && other.selectedOptions && other.selectedOptions[0].textContent) || (form.dataset.arrivesSay ? said : "");
    queue.push({ form, data, address: form.action, words });
    if (form.hasAttribute("data-resets")) form.reset();
    form.querySelectorAll("textarea, input[data-clears]").forEach((box) => { box.value = ""; });
    if (other) other.selectedIndex = 0;
    const once = form.elements.namedItem("once_token");
    if (once) once.value = token();
    tell(form, "", false);
    if (main) main.focus();
    draw();
    send();
  });
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => {
    if (queue.length) event.preventDefault();
  });
}
