/* allauth's script says in the console alone that a passkey was not given; the person at the page needs words. */
document.addEventListener("allauth.error", () => {
  const words = document.getElementById("passkey_failed");
  if (!words) return;
  words.hidden = false;
  words.focus();
});
