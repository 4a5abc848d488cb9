// The web chat with a script: answers come without loading the page again. Without it, or where it
// fails, the forms of the page work by themselves. Plain ES2017, for old phones.
(function () {
  "use strict";

  var KEY = "conversation";
  var WAIT_MS = 30000;
  var SHIFTS = 3;
  var SHIFTS_WITHIN_MS = 4000;
  var NUMBERED = /^(\d{1,2})\. (.+)$/;
  // The same two patterns as in web_text.py, without names for their groups: web, before, phone.
  var LINKS = /(https?:\/\/[^\s<>"«»]+|www\.[^\s<>"«»]+)|(^|[^\w.,/$-])((?:\+\d{1,3}[ -]?)?(?:(?!(?:19|20)\d\d-(?:19|20)\d\d(?!\d))\d{4}-\d{4}|(?:1[ -])?\d{3}[ -]\d{3}[ -]\d{4}|\d{2}[ -]\d{4}[ -]\d{4}))(?![\w-])/g;
  var SHORT_NUMBERS = /()(^|[^\w.,/$-])(1\d{3}|\d{3})(?![\w-])/g;

  var page = document.documentElement;
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

  // ---- drawing: everything is text or an element of ours, never markup from a reply

  function make(name, attributes, children) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      element.setAttribute(key, attributes[key]);
    });
    (children || []).forEach(function (child) {
      element.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return element;
  }

  function link(href, text) {
    var attributes = { href: href };
    if (href.indexOf("tel:") !== 0) attributes.rel = "noreferrer noopener";
    return make("a", attributes, [text]);
  }

  function phoneLink(phone) {
    return "tel:" + phone.split("(")[0].replace(/[^\d+]/g, "");
  }

  function webLink(address) {
    if (/^https?:\/\//.test(address)) return address;
    return /^[\w-]+\.[\w.-]+(\/|$)/.test(address) ? "https://" + address : null;
  }

  function site(address) {
    try { return new URL(address).hostname.replace(/^www\./, ""); } catch (error) { return address; }
  }

  function linked(text, pattern, between) {
    var found = [];
    var at = 0;
    var match;
    pattern = new RegExp(pattern.source, "g");
    while ((match = pattern.exec(text))) {
      var shown = match[3] || match[1].replace(/[.,;:!?)]+$/, "");
      var start = match.index + (match[3] ? match[2].length : 0);
      var href = match[3] ? phoneLink(shown) : webLink(shown);
      found = found.concat(between(text.slice(at, start)));
      found.push(href ? link(href, shown) : shown);
      at = start + shown.length;
    }
    return found.concat(between(text.slice(at)));
  }

  function plain(text) {
    return text ? [text] : [];
  }

  function pieces(line, urgent) {
    return linked(line, LINKS, function (text) {
      return urgent ? linked(text, SHORT_NUMBERS, plain) : plain(text);
    });
  }

  function kindOf(line) {
    var numbered = NUMBERED.exec(line);
    if (numbered) return { kind: "ol", line: numbered[2], start: Number(numbered[1]) };
    if (line.indexOf("- ") === 0) return { kind: "ul", line: line.slice(2), start: 1 };
    return { kind: line ? "p" : "", line: line, start: 1 };
  }

  function blocks(text, urgent) {
    var found = [];
    text.split("\n").forEach(function (whole) {
      var next = kindOf(whole.trim());
      var last = found[found.length - 1];
      if (last && last.kind === next.kind && !(urgent && next.kind === "p")) {
        last.lines.push(next.line);
        return;
      }
      if (/l$/.test(next.kind) && last && last.kind === "p" && /:$/.test(last.lines[last.lines.length - 1])) {
        var title = last.lines.pop();
        if (!last.lines.length) found.pop();
        found.push({ kind: "title", lines: [title], start: 1 });
      }
      found.push({ kind: next.kind, lines: [next.line], start: next.start });
    });
    return found.filter(function (block) { return block.kind; }).map(function (block) {
      var list = /l$/.test(block.kind);
      var element = make(list ? block.kind : "p");
      if (block.kind === "title") element.className = "title";
      if (block.start > 1) element.setAttribute("start", block.start);
      block.lines.forEach(function (line, number) {
        if (list) {
          element.appendChild(make("li", {}, pieces(line, urgent)));
        } else {
          if (number) element.appendChild(make("br"));
          pieces(line, urgent).forEach(function (piece) { element.append(piece); });
        }
      });
      return element;
    });
  }

  function say(name, values) {
    return (main.dataset[name] || "").replace(/\{(\w+)\}/g, function (whole, key) {
      return values && key in values ? values[key] : whole;
    });
  }

  // Numbers as the four countries write them: 3.3, not 3,3.
  function region() {
    return page.lang === "es" ? "es-419" : page.lang;
  }

  function sayDate(text) {
    var parts = text.split("-").map(Number);
    var wanted = { year: "numeric", timeZone: "UTC" };
    if (parts[1]) wanted.month = "long";
    if (parts[2]) wanted.day = "numeric";
    var day = new Date(Date.UTC(parts[0], (parts[1] || 1) - 1, parts[2] || 1));
    return isNaN(day) ? text : day.toLocaleDateString(region(), wanted);
  }

  function sayDistance(km) {
    if (km < 1) return Math.max(Math.round(km * 100), 1) * 10 + " m";
    return (km < 10 ? Math.round(km * 10) / 10 : Math.round(km)).toLocaleString(region()) + " km";
  }

  function source(about) {
    var href = webLink(about.url);
    var found = [href ? link(href, site(about.url)) : about.url];
    if (about.date) found.push(" (" + sayDate(about.date) + ")");
    return found;
  }

  function way(ways, href, label) {
    if (href) ways.appendChild(make("li", {}, [link(href, label)]));
  }

  function card(service) {
    var element = make("section", { "class": "card" }, [make("h2", {}, [service.name])]);
    function add(text, kind) {
      if (text) element.appendChild(make("p", kind ? { "class": kind } : {}, [text]));
    }
    var where = service.address || service.municipality || (service.department ? "" : say("everywhere"));
    if (service.address && service.municipality && service.address.indexOf(service.municipality) < 0) {
      where = service.address + ", " + service.municipality;
    }
    add(service.organization !== service.name && service.organization, "soft");
    add(service.alert, "alert");
    add(where);
    add("distance_km" in service && say("distance", { distance: sayDistance(service.distance_km) }));
    add(service.hours && say("hours", { hours: service.hours }));
    add(service.cost && say("cost", { cost: service.cost }));
    add(service.whatsapp && "WhatsApp: " + service.whatsapp);
    add(service.notice, "soft");
    var ways = make("ul", { "class": "ways" });
    (service.phones || []).forEach(function (phone) {
      var note = phone.note ? " (" + phone.note + ")" : "";
      way(ways, phoneLink(phone.number), say("call", { phone: phone.number }) + note);
    });
    if ("latitude" in service && "longitude" in service) {
      var at = [service.latitude.toFixed(5), service.longitude.toFixed(5)];
      way(ways, "https://www.openstreetmap.org/?mlat=" + at[0] + "&mlon=" + at[1] + "#map=17/" + at.join("/"), say("map"));
    }
    if (service.website) way(ways, webLink(service.website), say("web"));
    element.appendChild(ways);
    if (service.source && service.source.url) {
      element.appendChild(make("p", { "class": "sources" }, [say("source") + ": "].concat(source(service.source))));
    }
    return element;
  }

  function calls(element) {
    var ways = make("ul", { "class": "ways" });
    var numbers = {};
    Array.prototype.forEach.call(element.querySelectorAll('a[href^="tel:"]'), function (found) {
      if (numbers[found.href]) return;
      numbers[found.href] = true;
      way(ways, found.getAttribute("href"), say("call", { phone: found.textContent }));
    });
    return ways;
  }

  function reply(message) {
    var heading = message.text.split("\n", 1)[0];
    var element = make("div", { "class": "reply" }, !message.services.length
      ? blocks(message.text, message.urgent)
      : /:$/.test(heading) ? [make("p", { "class": "title" }, pieces(heading))] : []);
    if (message.urgent) {
      element.className += " urgent";
      element.setAttribute("role", "alert");
      element.append(calls(element));
    }
    message.services.forEach(function (service) { element.appendChild(card(service)); });
    if (message.sources.length && !message.urgent) {
      element.appendChild(make("details", { "class": "sources" }, [
        make("summary", {}, [say("sources")]),
        make("ul", {}, message.sources.map(function (one) { return make("li", {}, source(one)); }))
      ]));
    }
    if (message.options.length) {
      element.appendChild(make("form", { "class": "options", method: "post", action: "/" },
        message.options.map(function (option, number) {
          var attributes = { name: "option", value: option.id };
          if (option.id.indexOf("l:") === 0) attributes.lang = option.id.slice(2);
          return make("button", attributes, [
            make("span", { "class": "number" }, [String(number + 1)]), " " + option.label
          ]);
        })));
    }
    return element;
  }

  function bubble(text) {
    return make("div", { "class": "said" }, [
      make("span", { "class": "unseen" }, [say("you") + ": "]), make("p", {}, [text])
    ]);
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
    var mine = bubble(shown);
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
    var added = answer.messages.map(reply);
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
