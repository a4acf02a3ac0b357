/*
 * Warns before the session ends, and when it has ended covers the page without losing what was typed.
 *
 * Nothing is polled. Any answer of the server counts as life (the page itself, an autosave, "stay signed in"), in every
 * tab of this browser. Somebody who types for long without sending is not idle, so a key or a tap asks for more time,
 * at most once in five minutes (a quarter of a shorter time). Nothing is kept in the browser.
 */
const { idle, warn, alive, who } = document.body.dataset;
const root = document.querySelector("[data-timeout]");

if (idle && alive && root) {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("leeward-session") : null;
  const warning = root.querySelector("[data-timeout-warning]");
  const ended = root.querySelector("[data-timeout-ended]");
  const left = root.querySelector("[data-timeout-left]");
  const other = root.querySelector("[data-timeout-other]");
  const outside = [...document.body.children].filter((element) => element !== root);
  let last = Date.now();
  let shown = null;
  let before = null;

  const seconds = () => Number(idle) - (Date.now() - last) / 1000;

  function show(box) {
    if (shown === box) return;
    if (!shown && box) before = document.activeElement;
    [warning, ended].forEach((each) => { each.hidden = each !== box; });
    root.hidden = !box;
    root.classList.toggle("lw-timeout--covered", box === ended);
    // The rest of the page can neither be reached nor read while a box is open.
    outside.forEach((element) => { element.inert = Boolean(box); });
    shown = box;
    if (box) box.focus();
    else if (before && before.isConnected) before.focus();
  }

  function live(fromOther) {
    last = Date.now();
    if (shown !== ended) show(null);
    if (!fromOther && channel) channel.postMessage("alive");
  }

  // Asks the server for more time. It answers who is signed in and a fresh form token, which the forms here then use.
  async function ask() {
    let answer;
    try {
      answer = await fetch(alive, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    } catch {
      return;
    }
    const body = answer.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
    if (!body) {
      if (answer.status < 500) end();
      return;
    }
    if (who && body.who && body.who !== who) {
      other.hidden = false;
      end();
      return;
    }
    other.hidden = true;
    if (body.csrf) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = body.csrf; });
    if (shown === ended) show(null);
    live();
  }

  function end() {
    last = Date.now() - Number(idle) * 1000;
    show(ended);
  }

  function tick() {
    const rest = seconds();
    if (rest <= 0) return shown === ended || end();
    if (rest > Number(warn)) return shown === warning && show(null);
    const minutes = Math.round(rest / 60);
    const words = minutes > 1 ? left.dataset.minutes.replace("{n}", minutes) : minutes ? left.dataset.minute : left.dataset.seconds;
    if (left.textContent !== words) left.textContent = words;
    if (shown !== ended) show(warning);
  }

  root.querySelector("[data-timeout-stay]").addEventListener("click", ask);
  root.querySelector("[data-timeout-check]").addEventListener("click", ask);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown === warning) ask();
  });
  for (const kind of ["keydown", "pointerdown"]) {
    document.addEventListener(kind, () => {
      if (!shown && Date.now() - last > Math.min(5 * 60, Number(idle) / 4) * 1000) {
        last += 60 * 1000;
        ask();
      }
    }, { passive: true });
  }
  document.addEventListener("leeward:alive", () => live());
  if (channel) {
    channel.onmessage = () => {
      // Another tab signed in again: make sure that it is the same person before uncovering anything.
      if (shown === ended) ask();
      else live(true);
    };
    channel.postMessage("alive");
  }
  // A sleeping laptop wakes with old clocks: look at once, not at the next tick.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  window.setInterval(tick, Math.min(5000, Number(idle) * 50));
}
