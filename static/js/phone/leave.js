// Signing out takes along what was kept on this phone; the server's answer says so as well.
document.addEventListener("submit", (event) => {
  if (new URL(event.target.action).pathname === "/sign-out") window.caches?.delete("kept");
});
