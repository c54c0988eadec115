// <details data-menu> closes on Escape and on a click elsewhere; filters send themselves when changed.
export function startMenus() {
  const open = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
  for (const link of document.querySelectorAll("[data-back]")) {
    if (history.length > 1 && document.referrer.startsWith(location.origin)) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        history.back();
      });
      link.textContent = link.dataset.back || link.textContent;
    }
  }
}
