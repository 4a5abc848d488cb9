// A reply as it is drawn: text, offices as cards, sources, and the buttons to go on. reply.html draws
// the same on the server; tests/test_web_browser.py holds the two together.
(function () {
  "use strict";

  var text = window.ventanilla;
  if (!text) return; // it did not arrive: the forms work by themselves
  var make = text.make;
  var link = text.link;
  var main = document.getElementById("chat");

  function say(name, values) {
    return (main.dataset[name] || "").replace(/\{(\w+)\}/g, function (whole, key) {
      return values && key in values ? values[key] : whole;
    });
  }

  // Dates as the four countries write them.
  function region() {
    return document.documentElement.lang === "es" ? "es-419" : document.documentElement.lang;
  }

  function sayDate(day) {
    var parts = day.split("-").map(Number);
    var wanted = { year: "numeric", timeZone: "UTC" };
    if (parts[1]) wanted.month = "long";
    if (parts[2]) wanted.day = "numeric";
    var date = new Date(Date.UTC(parts[0], (parts[1] || 1) - 1, parts[2] || 1));
    return isNaN(date) ? day : date.toLocaleDateString(region(), wanted);
  }

  function source(about) {
    var href = text.webLink(about.url);
    var found = [href ? link(href, text.site(about.url)) : about.url];
    if (about.date) found.push(" (" + sayDate(about.date) + ")");
    return found;
  }

  function way(ways, href, label) {
    if (href) ways.appendChild(make("li", {}, [link(href, label)]));
  }

  function card(service) {
    var element = make("section", { "class": "card" }, [make("h2", {}, [service.name])]);
    function add(line, kind) {
      if (line) element.appendChild(make("p", kind ? { "class": kind } : {}, [line]));
    }
    add(service.organization !== service.name && service.organization, "soft");
    add(service.alert, "alert");
    (service.place || []).forEach(function (line) { add(line); });
    add(service.opening, "state");
    (service.details || []).forEach(function (line) { add(line); });
    add(service.whatsapp && "WhatsApp: " + service.whatsapp);
    add(service.notice, "soft");
    var ways = make("ul", { "class": "ways" });
    (service.phones || []).forEach(function (phone) {
      var note = phone.note ? " (" + phone.note + ")" : "";
      way(ways, text.phoneLink(phone.number), say("call", { phone: phone.number }) + note);
    });
    if ("latitude" in service && "longitude" in service) {
      var at = [service.latitude.toFixed(5), service.longitude.toFixed(5)];
      way(ways, "https://www.openstreetmap.org/?mlat=" + at[0] + "&mlon=" + at[1] + "#map=17/" + at.join("/"), say("map"));
    }
    if (service.website) way(ways, text.webLink(service.website), say("web"));
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
      ? text.blocks(message.text, message.urgent)
      : /:$/.test(heading) ? [make("p", { "class": "title" }, text.pieces(heading))] : []);
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

  function bubble(said) {
    return make("div", { "class": "said" }, [
      make("span", { "class": "unseen" }, [say("you") + ": "]), make("p", {}, [said])
    ]);
  }

  text.say = say;
  text.reply = reply;
  text.bubble = bubble;
})();
