/*
 * Parts of a page that grow old: <div id="queue" data-refresh="60">. Every so many seconds the page is asked for again and
 * those parts are put in place, but for one in which somebody types or a button is being pressed or just was; focus and the place on
 * the page stay. A page that nobody looks at is not asked for. The request says that nobody made it, so that a session
 * still ends when its user has gone.
 */
const olds = [...document.querySelectorAll("[data-refresh][id]")];
if (olds.length) {
  const every = Math.max(10, Math.min(...olds.map((part) => Number(part.dataset.refresh) || 60))) * 1000;
  let leaving = false;
  const mark = (element) => element.getAttribute("href") || (element.form && element.form.getAttribute("action")) || "";
  const same = (part, wanted) => [...part.querySelectorAll("a, button")].find((one) => mark(one) === wanted);

  async function refresh() {
    if (document.hidden || leaving) return;
    let answer = null;
    try {
      answer = await fetch(window.location.href, { credentials: "same-origin", cache: "no-store", headers: { "X-By-Itself": "1" } });
    } catch {
      answer = null;
    }
    if (!answer || !answer.ok || answer.redirected || leaving) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const top = window.scrollY;
    for (const part of document.querySelectorAll("[data-refresh][id]")) {
      const next = fresh.getElementById(part.id);
      const active = part.contains(document.activeElement) ? document.activeElement : null;
      if (!next || part.querySelector("button:active, a:active") || active && /INPUT|TEXTAREA|SELECT/.test(active.tagName)) continue;
      const wanted = active ? mark(active) : "";
      part.replaceChildren(...next.childNodes);
      if (wanted) same(part, wanted)?.focus({ preventScroll: true });
    }
    window.scrollTo(0, top);
  }
  document.addEventListener("submit", () => { leaving = true; window.setTimeout(() => { leaving = false; }, 5000); });
  window.setInterval(refresh, every);
  document.addEventListener("visibilitychange", refresh);
}
