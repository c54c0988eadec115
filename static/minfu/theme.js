// Runs before the first paint: Tabler's dark looks follow the system's wish.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // The wish may change while the page is being left, when it has no root any more.
  const apply = () => document.documentElement?.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  apply();
  dark.addEventListener("change", apply);
})();
