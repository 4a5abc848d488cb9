// Plain text as a page shows it: paragraphs, lists, links to call and to open. web_text.py does the
// same on the server. Everything is text or an element of ours, never markup from a reply.
(function () {
  "use strict";

  var NUMBERED = /^(\d{1,2})\. (.+)$/;
  // The same two patterns as in web_text.py, without names for their groups: web, before, phone.
  var LINKS = /(https?:\/\/[^\s<>"«»]+|www\.[^\s<>"«»]+)|(^|[^\w.,/$-])((?:\+\d{1,3}[ -]?)?(?:(?!(?:19|20)\d\d-(?:19|20)\d\d(?!\d))\d{4}-\d{4}|(?:1[ -])?\d{3}[ -]\d{3}[ -]\d{4}|\d{2}[ -]\d{4}[ -]\d{4}))(?![\w-])/g;
  var SHORT_NUMBERS = /()(^|[^\w.,/$-])(1\d{3}|\d{3})(?![\w-])/g;

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

  window.ventanilla = {
    make: make, link: link, phoneLink: phoneLink, webLink: webLink, site: site, pieces: pieces, blocks: blocks
  };
})();
