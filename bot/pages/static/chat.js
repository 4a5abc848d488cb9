// The web chat with a script: answers come without loading the page again. Without it, or where it
// fails, the forms of the page work by themselves. Plain ES2017, for old phones. Here what is sent
// and received, and the quick exit; text.js and draw.js show it.
(function () {
  "use strict";

  var KEY = "conversation";
  var WAIT_MS = 30000;
  var SHIFTS = 3;
  var SHIFTS_WITHIN_MS = 4000;
  var page = document.documentElement;
  if (!window.ventanilla || !window.ventanilla.reply) return; // a file did not arrive
  var make = window.ventanilla.make;
  var say = window.ventanilla.say;
  var main = document.getElementById("chat");
  var log = document.getElementById("log");
  var form = document.getElementById("write");
  var field = document.getElementById("text");
  var status = document.getElementById("status");
  var place = document.getElementById("place");
  var token = remembered();
  var busy = false;
  var left = false;

  page.classList.add("js");
  if (navigator.geolocation && window.isSecureContext) place.hidden = false;

  // ---- what is remembered: the token alone, as long as this tab is open

  function remembered() {
    try { return sessionStorage.getItem(KEY); } catch (error) { return null; }
  }

  function remember(value) {
    token = value;
    try { sessionStorage.setItem(KEY, value); } catch (error) { /* this page remembers it */ }
  }

  function forget() {
    token = null;
    try { sessionStorage.clear(); } catch (error) { /* nothing was kept */ }
  }

  // ---- sending

  function show(children) {
    status.textContent = "";
    children.forEach(function (child) { status.appendChild(child); });
  }

  function problem(text) {
    return make("p", { "class": "problem", role: "alert" }, [text]);
  }

  function wait(on) {
    busy = on;
    form.querySelector(".send").setAttribute("aria-disabled", String(on));
    log.setAttribute("aria-busy", String(on));
  }

  function post(what) {
    var asked = { conversation: token, text: "", option: null, location: null, lang: page.lang, country: null };
    var stop = window.AbortController ? new AbortController() : null;
    var timer = setTimeout(function () { if (stop) stop.abort(); }, WAIT_MS);
    return fetch("/chat?page=1", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.assign(asked, what)),
      credentials: "omit",
      cache: "no-store",
      signal: stop ? stop.signal : undefined
    }).then(function (response) {
      return response.json().then(function (answer) {
        clearTimeout(timer);
        return answer;
      });
    });
  }

  // Sends one thing; what was typed comes back into the field when it could not be delivered.
  function send(what, shown) {
    if (busy || left) return;
    wait(true);
    var mine = window.ventanilla.bubble(shown);
    log.appendChild(mine);
    mine.scrollIntoView({ block: "nearest" });
    show([make("p", {}, [say("waiting")])]);
    post(what).then(function (answer) {
      var urgent = (answer.messages || []).some(function (message) { return message.urgent; });
      var other = answer.lang && answer.lang !== page.lang;
      var moved = other ? changeLanguage(answer.lang) : Promise.resolve();
      // The labels of the page come first, so that nothing is drawn in two languages; help does not wait.
      (urgent ? Promise.resolve() : moved).then(function () { receive(answer, what, mine); });
    }, function () {
      if (left) return;
      wait(false);
      mine.remove();
      giveBack(what);
      var again = make("button", { type: "button" }, [say("offline")]);
      again.addEventListener("click", function () {
        field.focus();
        if (what.text && field.value.trim() === what.text) field.value = "";
        send(what, shown);
      });
      show([make("div", { role: "alert" }, [again])]);
    });
  }

  function receive(answer, what, mine) {
    if (left) return;
    wait(false);
    show([]);
    if (answer.conversation) remember(answer.conversation);
    if (!answer.lang) {
      giveBack(what);
      if (!answer.messages) mine.remove();
      show([problem(answer.detail || say("trouble"))]);
    }
    if (answer.ended) {
      // On a shared phone nothing of a closed conversation stays to be read.
      forget();
      field.focus();
      log.textContent = "";
    }
    if (answer.messages) answered(answer, mine);
  }

  function giveBack(what) {
    if (what.text && !field.value) field.value = what.text;
  }

  function answered(answer, mine) {
    var hadFocus = log.contains(document.activeElement) ? document.activeElement : null;
    // Only the newest options stay: the older ones would be in the way of eyes and keyboards.
    var old = answer.lang ? log.querySelectorAll(".options") : [];
    var added = answer.messages.map(window.ventanilla.reply);
    added.forEach(function (element) {
      if (answer.lang && answer.lang !== page.lang) element.lang = answer.lang;
      log.appendChild(element);
    });
    Array.prototype.forEach.call(old, function (options) { options.remove(); });
    if (hadFocus && !document.contains(hadFocus)) {
      // A tap must not open the keyboard of a phone; a keyboard goes on from the field.
      var touch = window.matchMedia && matchMedia("(pointer: coarse)").matches;
      if (touch && added.length) added[0].setAttribute("tabindex", "-1");
      (touch && added[0] ? added[0] : field).focus({ preventScroll: true });
    }
    (log.contains(mine) ? mine : log).scrollIntoView({ block: "start" });
  }

  // The words around the conversation follow it into another language.
  function changeLanguage(language) {
    return fetch("/?lang=" + encodeURIComponent(language), { credentials: "omit", cache: "no-store" })
      .then(function (response) { return response.text(); })
      .then(function (text) {
        var other = new DOMParser().parseFromString(text, "text/html");
        var theirs = other.querySelectorAll("[data-own]");
        var ours = document.querySelectorAll("[data-own]");
        if (theirs.length !== ours.length) return;
        Array.prototype.forEach.call(log.children, function (spoken) {
          if (!spoken.lang) spoken.lang = page.lang;
        });
        page.lang = other.documentElement.lang;
        document.title = other.title;
        Array.prototype.forEach.call(ours, function (element, number) {
          var twin = theirs[number];
          Array.prototype.forEach.call(twin.attributes, function (attribute) {
            if (attribute.name !== "hidden") element.setAttribute(attribute.name, attribute.value);
          });
          if (element === main || element === log) return;
          element.textContent = "";
          while (twin.firstChild) element.appendChild(document.adoptNode(twin.firstChild));
        });
      })
      .catch(function () { /* the conversation goes on in its language all the same */ });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (busy) return;
    var text = field.value.trim();
    if (!text) {
      field.focus();
      return;
    }
    field.value = "";
    send({ text: text }, text);
  });

  log.addEventListener("submit", function (event) { event.preventDefault(); });

  log.addEventListener("click", function (event) {
    var button = event.target.closest("button[name=option]");
    if (!button) return;
    event.preventDefault();
    var label = button.textContent.replace(/^\s*\d+\s*/, "").trim();
    send({ option: button.value }, label);
  });

  document.addEventListener("click", function (event) {
    var other = event.target.closest("[data-language]");
    // Before anything was said the link simply opens the page in the other language.
    if (!other || !token) return;
    event.preventDefault();
    send({ option: "l:" + other.dataset.language }, other.textContent.trim());
  });

  place.addEventListener("click", function () {
    if (busy) return;
    show([make("p", {}, [say("locating")])]);
    navigator.geolocation.getCurrentPosition(function (found) {
      show([]);
      send({ location: { latitude: found.coords.latitude, longitude: found.coords.longitude } }, say("place"));
    }, function () {
      show([problem(say("noPlace"))]);
    }, { timeout: 15000, maximumAge: 60000 });
  });

  // ---- quick exit

  function exit() {
    if (left) return;
    left = true;
    var link = document.getElementById("exit");
    var away = link.getAttribute("data-away");
    var last = token;
    page.style.display = "none";
    document.body.textContent = "";
    forget();
    if (last && navigator.sendBeacon) {
      navigator.sendBeacon("/salir", new Blob(["conversation=" + encodeURIComponent(last)], { type: "application/x-www-form-urlencoded" }));
    }
    location.replace(away);
  }

  document.addEventListener("click", function (event) {
    if (!event.target.closest("#exit")) return;
    event.preventDefault();
    exit();
  });

  var shifts = [];
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Shift") {
      shifts = [];
      return;
    }
    if (event.repeat) return;
    var now = Date.now();
    shifts = shifts.filter(function (then) { return now - then < SHIFTS_WITHIN_MS; }).concat(now);
    if (shifts.length >= SHIFTS) exit();
  });

  // "Back" from the neutral page must not bring the conversation back out of the browser's memory.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && left) location.replace("/");
  });
})();
