/*
 * Saves a form as it is typed: <form data-autosave="/address">. Two seconds after the last key and on leaving a box, the
 * fields are posted; one post at a time, the newest text last. While the connection is gone it keeps trying. The answer
 * is JSON: {"version": 4} is put into the field `version`. Status 409 means that somebody else changed the same thing.
 * With data-autosave-first the form is sent only after the server has answered a save, so that a button pressed while
 * the connection is gone loses nothing: the words stay, the page says so, and the form is sent when it is back.
 */
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const state = form.querySelector("[data-autosave-state]");
  const say = (words, bad) => {
    if (!state) return;
    state.textContent = words;
    state.classList.toggle("lw-saved--bad", Boolean(bad));
  };
  const words = (key, otherwise) => (state && state.dataset[key]) || otherwise;
  const waits = [2000, 5000, 10000, 30000];
  let unsaved = false;
  let sending = false;
  let failures = 0;
  let timer = 0;
  let stopped = false;
  const first = form.hasAttribute("data-autosave-first");
  let pressed = null; // the button of a submit that waits for a save
  let answered = false;

  const send = () => {
    if (pressed === null) return;
    const button = pressed;
    pressed = null;
    answered = true;
    sending = false;
    form.requestSubmit(button === true ? undefined : button);
  };

  const later = (wait) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  };

  async function save(leaving) {
    window.clearTimeout(timer);
    if (!unsaved || sending || stopped) return;
    sending = true;
    unsaved = false;
    let answer = null;
    let body = {};
    try {
      const data = new FormData(form);
      data.set("autosave", "1");
      answer = await fetch(form.dataset.autosave, { method: "POST", body: data, credentials: "same-origin", keepalive: leaving === true, headers: { Accept: "application/json" } });
      // Until the version is read nothing else is sent: a button pressed in between would meet its own words as another's.
      if (!answer.redirected) body = await answer.json().catch(() => ({}));
    } catch {
      answer = null;
    }
    sending = false;
    if (answer && answer.ok && !answer.redirected) {
      failures = 0;
      const version = form.elements.namedItem("version");
      if (version && body.version !== undefined) version.value = body.version;
      // What was typed while this save was under way is not in it: it is saved, too, before the form goes.
      if (pressed !== null) return first && unsaved ? save() : send();
      document.dispatchEvent(new CustomEvent("leeward:alive"));
      say(words("saved", "Saved {time}").replace("{time}", new Date().toTimeString().slice(0, 5)));
      if (unsaved) later(2000);
      return;
    }
    unsaved = true;
    if (pressed !== null && (!first || (answer && answer.status < 500 && !answer.redirected))) return send();
    if (answer && answer.status === 409) {
      stopped = true;
      say(body.message || words("conflict", "Somebody else changed this. Send it to see both."), true);
      return;
    }
    say(pressed === null ? words("waiting", "Not saved yet, trying again") : words("offline", "Not sent yet: the connection is gone. Your words stay here."), true);
    later(waits[Math.min(failures, waits.length - 1)]);
    failures += 1;
  }

  form.addEventListener("input", () => {
    unsaved = true;
    say(words("typing", ""));
    later(2000);
  });
  form.addEventListener("change", () => later(0));
  form.addEventListener("focusout", () => { if (unsaved && !failures) later(0); });
  window.addEventListener("online", () => later(0));
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    const saves = first && !answered && !stopped;
    unsaved = saves;
    if (!saves && !sending) {
      stopped = true;
      return;
    }
    // A save under way comes first: else its version would stand in the way of this one as if somebody else had written.
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!saves && pressed === null) window.setTimeout(send, 10000);
    pressed = event.submitter || true;
    if (!sending) save();
  }, { capture: true });
  // The page goes away with something unsaved: it is sent on its way out, and outlives the page. On a telephone the page
  // may come back, so that it has to learn the version of what it sent.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved || sending) event.preventDefault();
  });
}
