// The frame of the local admin: the language applies when it is chosen; on a narrow screen the navigation opens and closes.
const menu = document.getElementById("menu");
const nav = document.getElementById("nav");
const locale = document.getElementById("locale");

menu.addEventListener("click", () => {
  const open = nav.classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
});

locale.addEventListener("change", () => {
  document.getElementById("back").value = location.pathname + location.search;
  locale.form.submit();
});
