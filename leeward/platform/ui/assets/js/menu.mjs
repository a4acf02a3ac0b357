// On a narrow screen the navigation folds behind a button; without this script it stays open below the name.
for (const nav of document.querySelectorAll("[data-menu]")) {
  const list = nav.querySelector("ul");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "lw-top__toggle";
  button.textContent = nav.dataset.menuLabel;
  list.id = list.id || "menu";
  button.setAttribute("aria-controls", list.id);
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    nav.classList.toggle("lw-open", open);
  };
  button.addEventListener("click", () => set(!nav.classList.contains("lw-open")));
  nav.prepend(button);
  set(false);
}
// A menu of the header closes with Escape and when the focus goes elsewhere.
for (const menu of document.querySelectorAll(".lw-who__menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}
