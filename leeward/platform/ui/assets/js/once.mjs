// A form sent twice by an impatient double click is sent once. The server has its own guard; this saves a wait.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once")) return;
  const now = Date.now();
  if (form.lwSent && now - form.lwSent < 3000) {
    event.preventDefault();
    return;
  }
  form.lwSent = now;
});
