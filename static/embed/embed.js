/* Shows the finder of student ambassadors where this script stands:
   <script src="https://…/embed.js" async data-interests="track/thesis" data-language="es"
     data-theme="dark" data-ambassador="7" data-height="900"></script>
   All data- attributes may be left out. No cookie, no storage, nothing global. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || !script.parentNode || script.parentNode === document.head) return;

  var TITLES = {
    en: "Talk with a student",
    es: "Converse con un estudiante",
    hi: "किसी विद्यार्थी से बात करें",
    zh: "与在读学生交流"
  };
  var MOST = 20000; // pixels: higher is no page of ours
  var PATIENCE = 5000; // ms after loading
  var home = script.src.replace(/\/embed\.js([?#].*)?$/, "");
  var origin = new URL(home).origin;
  var given = script.dataset;
  var language = given.language || navigator.language || "en";
  var title = given.title || TITLES[language.slice(0, 2).toLowerCase()] || TITLES.en;

  function address() {
    var query = new URLSearchParams();
    (given.interests || "").split(/[\s,]+/).forEach(function (one) {
      if (one) query.append("interest", one);
    });
    if (given.language) query.set("lang", given.language);
    if (given.theme === "light" || given.theme === "dark") query.set("theme", given.theme);
    var one = /^[1-9]\d{0,8}$/.test(given.ambassador || "") && given.ambassador;
    return home + "/embed/" + (one ? "cards/" + one : "") + "?" + query;
  }

  var frame = document.createElement("iframe");
  frame.title = title;
  frame.setAttribute("loading", "lazy");
  frame.setAttribute("referrerpolicy", "no-referrer");
  // It runs as itself and may open tabs; it can do nothing to the page around.
  frame.setAttribute(
    "sandbox",
    "allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts"
  );
  frame.style.cssText =
    "display:block;box-sizing:border-box;width:100%;min-width:0;border:0";
  // Until the frame says how high it is; the nearer this is, the less the page below moves.
  var expected = /^[1-9]\d{0,4}$/.test(given.height || "") && given.height + "px";
  frame.style.height = expected || (given.ambassador ? "20rem" : "40rem");

  var loads = 0;
  var waiting;

  window.addEventListener("message", function (event) {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    var height = event.data && event.data.height;
    if (typeof height !== "number" || !(height > 0 && height <= MOST)) return;
    clearTimeout(waiting);
    frame.style.height = Math.ceil(height) + "px";
  });

  frame.addEventListener("load", function () {
    loads += 1;
    clearTimeout(waiting);
    waiting = setTimeout(giveUp, PATIENCE);
    frame.contentWindow.postMessage({ ask: "height" }, origin);
    // A new page in the frame is read from its beginning.
    if (loads > 1 && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });

  // Refused by the browser (this page is not listed), or the service is away: a link instead.
  function giveUp() {
    if (!frame.parentNode) return;
    var link = document.createElement("a");
    link.href = home + "/";
    link.textContent = title;
    frame.parentNode.replaceChild(link, frame);
    console.warn("embed.js: no answer from " + origin + ". May this page show it? (Settings)");
  }

  frame.src = address();
  script.parentNode.insertBefore(frame, script.nextSibling);
})();
