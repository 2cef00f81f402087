// The coach as one element for any page: <script src="https://coach.example.org/widget.js" defer></script>
// Attributes of the script: data-title, data-coach, data-color, data-position, data-theme, data-topic, data-lang, data-server.
// No framework, no build step. Text from the server is only ever set as text, never as markup.
(() => {
  "use strict";
  if (customElements.get("coach-chat")) return;

  const HOUSE = "{house}"; // replaced by the server with the coach's name, greeting and first questions
  const script = document.currentScript;
  const given = script ? script.dataset : {};
  const own = script && script.src ? script.src.replace(/widget\.js([?#].*)?$/, "") : location.href;
  const BASE = given.server ? given.server.replace(/\/*$/, "/") : own;
  const KEEP_DAYS = 30, KEEP_ITEMS = 80, WAIT_MS = 20000;
  const STORE = "coach-chat " + BASE;

  const STYLE = `
:host{all:initial!important;position:fixed!important;inset:auto!important;z-index:2147483647!important;display:block!important;
visibility:visible!important;opacity:1!important;width:0!important;height:0!important}
.wrap{--brand:#126e5c;--on:#fff;--paper:#fff;--ink:#1b2320;--quiet:#52605a;--soft:#f1f5f3;--line:#8a9993;--link:#0b5c4c;--alert:#8f1d1d}
.wrap.dark{--paper:#161c1a;--ink:#e9efec;--quiet:#aab8b2;--soft:#242d2a;--line:#7b8a84;--link:#7fdcc6;--alert:#ffb4ab}
*{box-sizing:border-box}[hidden]{display:none!important}
.launch,.panel{font:16px/1.5 system-ui,sans-serif;color:var(--ink);letter-spacing:normal;text-align:start;overflow-wrap:anywhere}
button,textarea{font:inherit;color:inherit;margin:0}
button{min-height:44px;min-width:44px;cursor:pointer;border-radius:10px;border:1px solid var(--line);background:none;padding:8px 14px}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px;box-shadow:0 0 0 7px var(--paper)}
.launch{position:fixed;bottom:calc(20px + env(safe-area-inset-bottom,0px));right:20px;min-height:56px;padding:12px 20px;border-radius:28px;
border:2px solid var(--on);background:var(--brand);color:var(--on);font-weight:600;box-shadow:0 2px 12px #0006}
.left .launch{right:auto;left:20px}
.panel{position:fixed;bottom:calc(20px + env(safe-area-inset-bottom,0px));right:20px;width:390px;max-width:calc(100vw - 40px);
height:620px;max-height:calc(100vh - 40px);max-height:calc(100dvh - 40px);display:flex;flex-direction:column;background:var(--paper);
border:1px solid var(--line);border-radius:16px;box-shadow:0 8px 40px #0006;overflow:hidden}
.left .panel{right:auto;left:20px}
header{display:flex;align-items:center;gap:6px;padding:6px 8px 6px 16px;background:var(--brand);color:var(--on)}
header h2{font-size:17px;line-height:1.3;margin:0;flex:1;font-weight:600}
header button{border-color:transparent;padding:8px}header svg{display:block;margin:auto}
header :focus-visible{outline-color:var(--on);box-shadow:none;outline-offset:-4px}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:12px 16px;min-height:80px}
.me,.it{margin:0 0 12px;max-width:92%}
.me{width:fit-content;margin-inline-start:auto;background:var(--brand);color:var(--on);border-radius:14px 14px 3px 14px;padding:8px 14px;white-space:pre-wrap}
.it>p,.it>ul,.it>blockquote{margin:0 0 8px}.it p{white-space:pre-wrap}
.bubble{background:var(--soft);border-radius:14px 14px 14px 3px;padding:10px 14px}
.bubble>*{margin:0 0 8px}.bubble>:last-child{margin:0}
.bubble.safety{border:2px solid var(--alert)}
.headline{font-weight:700}.note,.small{color:var(--quiet);font-size:14.5px}
ul{padding-inline-start:22px}li{margin:3px 0}
blockquote{border-inline-start:3px solid var(--line);padding-inline-start:10px}blockquote p{margin:0 0 2px}
a{color:var(--link);text-underline-offset:2px}
img{display:block;max-width:100%;height:auto;border-radius:10px;background:#fff}
.choices{display:flex;flex-wrap:wrap;gap:8px;margin-top:8px}
.choices button{text-align:start;border-color:var(--line);color:var(--link);font-weight:600;background:var(--paper)}
.failed{color:var(--alert);margin:-6px 0 12px;text-align:end}
.failed p{margin:0 0 4px}
.dots{display:inline-flex;gap:5px;padding:8px 2px}.dots i{width:8px;height:8px;border-radius:50%;background:var(--quiet);animation:b 1.2s infinite}
.dots i:nth-child(2){animation-delay:.2s}.dots i:nth-child(3){animation-delay:.4s}
@keyframes b{0%,60%,100%{opacity:.3}30%{opacity:1}}
.sure{padding:12px 16px;border-top:1px solid var(--line);background:var(--soft)}.sure p{margin:0 0 8px}
.sure button+button{margin-inline-start:8px}
.compose{display:flex;gap:8px;align-items:flex-end;padding:10px 12px 6px;border-top:1px solid var(--line)}
textarea{flex:1;min-width:0;min-height:44px;max-height:132px;resize:none;field-sizing:content;padding:9px 12px;border:1px solid var(--line);border-radius:10px;background:var(--paper)}
textarea::placeholder{color:var(--quiet);opacity:1}
.send{background:var(--brand);color:var(--on);border:2px solid var(--on);box-shadow:0 0 0 1px var(--line);font-weight:600}
.foot{margin:0;padding:0 14px 10px;color:var(--quiet);font-size:13.5px}
.ears{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(max-width:520px),(max-height:480px){.panel{inset:0;width:auto;max-width:none;height:var(--seen,100dvh);max-height:none;border:0;border-radius:0}
.left .panel{inset:0}}
@media(prefers-reduced-motion:reduce){.dots i{animation:none}}
@media(forced-colors:active){.launch,.send,.me,.bubble,header{border:1px solid}}
@media print{.launch,.panel{display:none}}
`;

  const make = (name, props, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(props || {})) {
      if (key === "class") node.className = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value != null) node.setAttribute(key, value);
    }
    node.append(...children.filter((c) => c != null));
    return node;
  };
  const icon = (d) => {
    const shape = (name, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const key in attributes) node.setAttribute(key, attributes[key]);
      return node;
    };
    const svg = shape("svg", { viewBox: "0 0 24 24", width: 24, height: 24, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" });
    svg.append(shape("path", { d }));
    return svg;
  };
  const link = (address) => {
    try {
      const url = new URL(address, BASE);
      return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
    } catch { return null; }
  };
  // A person's files are asked for where the chat is, under whatever name the reader reaches the coach.
  const fileLink = (address) => {
    const key = /\/files\/([\w.-]+)$/.exec(address);
    return link(key ? "files/" + key[1] : address);
  };
  // Text with its web addresses as links.
  const linked = (text) => String(text).split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/).map((part, n) =>
    n % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part);
  const brandOf = (color) => {
    let hex = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(color || "") ? color.slice(1) : "126e5c";
    if (hex.length === 3) hex = hex.replace(/./g, "$&$&");
    const light = [0, 2, 4].map((n) => parseInt(hex.substr(n, 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
    return ["#" + hex, luminance > 0.179 ? "#000" : "#fff"];
  };

  class CoachChat extends HTMLElement {
    constructor() {
      super();
      this.root = this.attachShadow({ mode: "open" });
      this.busy = false;
      this.state = { session: "", items: [], at: 0 };
    }

    connectedCallback() {
      if (this.panel) return;
      const set = (name, fallback) => this.getAttribute(name) || fallback;
      this.coach = set("data-coach", HOUSE.name);
      this.title_ = set("data-title", this.coach);
      this.topic = this.getAttribute("data-topic");
      const [brand, on] = brandOf(this.getAttribute("data-color"));
      const style = STYLE.replace("--brand:#126e5c;--on:#fff", `--brand:${brand};--on:${on}`);
      if ("adoptedStyleSheets" in Document.prototype && "replaceSync" in CSSStyleSheet.prototype) {
        const sheet = new CSSStyleSheet(); // works where the page's policy forbids inline styles
        sheet.replaceSync(style);
        this.root.adoptedStyleSheets = [sheet];
      } else this.root.append(make("style", {}, style));

      this.log = make("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "Conversation", tabindex: "0" });
      this.status = make("div", { class: "ears", role: "status", "aria-live": "polite" });
      this.input = make("textarea", { id: "say", rows: "1", maxlength: HOUSE.limit, placeholder: "Ask about running and lifting", enterkeyhint: "send", autocomplete: "off",
        onkeydown: (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.submit(); } } });
      this.sure = make("div", { class: "sure", role: "group", "aria-label": "Delete this chat?", hidden: true },
        make("p", {}, "Delete this chat and everything the coach knows about you? This cannot be undone."),
        make("button", { type: "button", onclick: () => this.forget() }, "Delete"),
        make("button", { type: "button", onclick: () => this.askToForget(false) }, "Keep"));
      this.bin = make("button", { type: "button", "aria-label": "Delete this chat", title: "Delete this chat", onclick: () => this.askToForget(this.sure.hidden) },
        icon("M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3"));
      this.panel = make("section", { class: "panel", role: "dialog", "aria-labelledby": "name", hidden: true },
        make("header", {}, make("h2", { id: "name" }, this.title_), this.bin,
          make("button", { type: "button", class: "close", "aria-label": "Close chat", title: "Close", onclick: () => this.close() }, icon("M6 6l12 12M18 6L6 18"))),
        this.log, this.status, this.sure,
        // Not a form: a sandboxed frame would not let it be sent.
        make("div", { class: "compose" }, make("label", { class: "ears", for: "say" }, "Your message"), this.input,
          make("button", { type: "button", class: "send", onclick: () => { this.submit(); this.input.focus(); } }, "Send")),
        make("p", { class: "foot" }, "A program, not a doctor. Your chat is stored so that answers fit you. ",
          make("a", { href: link(HOUSE.privacy), target: "_blank", rel: "noopener" }, "Privacy")));
      this.launch = make("button", { type: "button", class: "launch", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => this.open() }, set("data-title", "Ask the coach"));
      const wrap = make("aside", { lang: set("data-lang", "en"), dir: "ltr", "aria-label": this.title_, class: this.getAttribute("data-position") === "left" ? "wrap left" : "wrap" }, this.launch, this.panel);
      const dark = matchMedia("(prefers-color-scheme: dark)"), theme = this.getAttribute("data-theme");
      const shade = () => wrap.classList.toggle("dark", theme === "dark" || (theme !== "light" && dark.matches));
      dark.addEventListener("change", shade);
      shade();
      this.root.append(wrap);

      // The page's own shortcuts must not fire while someone types here.
      for (const kind of ["keydown", "keyup", "keypress"]) this.root.addEventListener(kind, (e) => { if (kind === "keydown") this.key(e); e.stopPropagation(); });
      addEventListener("online", () => { if (this.state.failed && this.state.failed.offline) this.retry(); });
      addEventListener("storage", (e) => { if (e.key === STORE && !this.busy) { this.load(); this.draw(); } });
      if (window.visualViewport) visualViewport.addEventListener("resize", () => wrap.style.setProperty("--seen", visualViewport.height + "px"));
      this.load();
    }

    // --- opening and closing

    open(topic) {
      if (this.panel.hidden) {
        this.back = document.activeElement && document.activeElement !== document.body && document.activeElement !== this ? document.activeElement : this.launch;
        this.panel.hidden = false;
        this.launch.hidden = true;
        this.launch.setAttribute("aria-expanded", "true");
        this.panel.setAttribute("aria-modal", String(this.full()));
        this.draw();
      }
      // On touch screens the keyboard would cover the conversation, so the close button gets the focus there.
      (matchMedia("(pointer: coarse)").matches ? this.panel.querySelector(".close") : this.input).focus();
      const wanted = topic || (this.state.items.length ? null : this.topic);
      if (wanted && !this.busy) this.send({ topic: wanted }, "");
    }

    close() {
      this.panel.hidden = true;
      this.sure.hidden = true;
      this.launch.hidden = false;
      this.launch.setAttribute("aria-expanded", "false");
      (this.back && this.back.isConnected ? this.back : this.launch).focus();
    }

    full() { return matchMedia("(max-width: 520px), (max-height: 480px)").matches; }

    key(event) {
      if (this.panel.hidden) return;
      if (event.key === "Escape") {
        event.preventDefault();
        if (this.sure.hidden) this.close(); else this.askToForget(false);
      } else if (event.key === "Tab") {
        const stops = [...this.panel.querySelectorAll("button, a[href], textarea, [tabindex='0']")].filter((n) => n.getClientRects().length && !n.disabled);
        const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
        if (this.root.activeElement === edge) { event.preventDefault(); (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus(); }
      }
    }

    // --- what is kept in this browser

    load() {
      try {
        const kept = JSON.parse(localStorage.getItem(STORE) || "null");
        const fresh = kept && Array.isArray(kept.items) && Date.now() - kept.at < KEEP_DAYS * 864e5;
        this.state = fresh ? kept : { session: "", items: [], at: 0 };
      } catch { /* storage is closed to us: the chat lives as long as the page */ }
    }

    save() {
      this.state.at = Date.now();
      this.state.items = this.state.items.slice(-KEEP_ITEMS);
      try { localStorage.setItem(STORE, JSON.stringify(this.state)); } catch { /* as above */ }
    }

    // --- the conversation on the screen

    draw() {
      this.log.replaceChildren(this.welcome(), ...this.state.items.map((item) => this.show(item)));
      if (this.state.failed) this.showFailure();
      this.down();
    }

    welcome() {
      const choices = HOUSE.questions.map((q) => make("button", { type: "button", onclick: () => this.send({ topic: q.topic }, q.title) }, q.title));
      return make("div", { class: "it" }, make("div", { class: "bubble" }, make("p", {}, HOUSE.greeting.replace("{coach}", () => this.coach)), make("p", { class: "note" }, HOUSE.program)), make("div", { class: "choices" }, ...choices));
    }

    show(item) {
      if (item.me != null) return make("p", { class: "me" }, make("span", { class: "ears" }, "You: "), item.me);
      const bubble = make("div", { class: item.decision === "safety" ? "bubble safety" : "bubble" }, make("span", { class: "ears" }, this.coach + ": "));
      const blocks = item.blocks && item.blocks.length ? item.blocks : item.text ? [{ kind: "text", text: item.text }] : [];
      for (const block of blocks) bubble.append(...this.block(block));
      const picture = item.image && fileLink(item.image), file = item.attachment && fileLink(item.attachment);
      if (picture) bubble.append(make("a", { href: picture, target: "_blank", rel: "noopener" }, make("img", { src: picture, alt: item.text || item.name || "Picture from the coach", loading: "lazy", onload: () => this.down() })));
      if (file) bubble.append(make("p", {}, make("a", { href: file, target: "_blank", rel: "noopener", download: item.name || "" }, "Open " + (item.name || "the file"))));
      const choices = (item.buttons || []).map((b) => make("button", { type: "button", onclick: () => this.send({ message: b.payload }, b.title) }, b.title));
      return make("div", { class: "it" }, bubble, choices.length ? make("div", { class: "choices" }, ...choices) : null);
    }

    block(block) {
      const items = block.items || [];
      if (block.kind === "list") return [block.text ? make("p", { class: "headline" }, block.text) : null, make("ul", {}, ...items.map((i) => make("li", {}, ...linked(i))))].filter(Boolean);
      if (block.kind === "quote") {
        const href = block.link && link(block.link);
        return [make("blockquote", {}, make("p", {}, block.text), ...items.map((i) => make("p", { class: "small" }, i)), href ? make("p", { class: "small" }, make("a", { href, target: "_blank", rel: "noopener noreferrer" }, block.link)) : null)];
      }
      return block.text ? [make("p", { class: block.kind === "headline" ? "headline" : block.kind === "note" ? "note" : "" }, ...linked(block.text))] : [];
    }

    down() { this.log.scrollTop = this.log.scrollHeight; }

    add(...items) {
      this.state.items.push(...items);
      this.save();
      const nodes = items.map((item) => this.show(item));
      this.log.append(...nodes);
      return nodes;
    }

    // --- talking

    submit() {
      const text = this.input.value.trim();
      if (!text || this.busy) return;
      this.input.value = "";
      this.send({ message: text }, text);
    }

    send(what, shown) {
      if (this.busy) return;
      this.clearFailure();
      if (shown) this.add({ me: shown });
      this.down();
      this.deliver(what);
    }

    async call(method, body) {
      const stop = new AbortController(), timer = setTimeout(() => stop.abort(), WAIT_MS);
      try {
        const answer = await fetch(new URL("api/chat", BASE), { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: stop.signal, credentials: "omit", referrerPolicy: "strict-origin" });
        return [answer.status, await answer.json().catch(() => ({}))];
      } finally { clearTimeout(timer); }
    }

    async deliver(what) {
      this.setBusy(true);
      let reply, problem, offline = false;
      try {
        const [status, data] = await this.call("POST", { ...what, session: this.state.session || undefined });
        if (status === 200 && Array.isArray(data.messages)) reply = data;
        else problem = status === 429 && data.error ? data.error : status === 413 ? "That message is too long. Please shorten it." : status === 403 ? "The coach does not answer on this site yet." : "Something went wrong on the coach's side.";
      } catch {
        offline = true;
        problem = "Not sent. You may be offline.";
      }
      this.setBusy(false);
      if (!reply) {
        this.state.failed = { what, problem, offline };
        this.save();
        this.showFailure();
        return;
      }
      this.state.session = reply.session;
      if (reply.question) this.add({ me: reply.question });
      const nodes = this.add(...reply.messages);
      if (nodes.length) this.log.scrollTop = Math.min(nodes[0].offsetTop - this.log.offsetTop - 48, this.log.scrollHeight);
      this.status.textContent = this.coach + ": " + reply.messages.map((m) => m.text).join(" ");
      this.dispatchEvent(new CustomEvent("coach-reply", { bubbles: true }));
    }

    setBusy(busy) {
      this.busy = busy;
      this.log.setAttribute("aria-busy", String(busy));
      if (busy) {
        this.dots = make("div", { class: "it" }, make("div", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")));
        this.log.append(this.dots);
        this.status.textContent = this.coach + " is writing";
        this.down();
      } else this.dots.remove();
    }

    showFailure() {
      const again = make("button", { type: "button", onclick: () => this.retry() }, "Try again");
      this.failure = make("div", { class: "failed" }, make("p", {}, this.state.failed.problem), again);
      this.log.append(this.failure);
      this.status.textContent = this.state.failed.problem;
      this.down();
    }

    clearFailure() {
      if (this.failure) this.failure.remove();
      this.failure = this.state.failed = null;
    }

    retry() {
      if (!this.state.failed || this.busy) return;
      const { what } = this.state.failed, held = this.failure && this.failure.contains(this.root.activeElement);
      this.clearFailure();
      if (held) this.input.focus();
      this.deliver(what);
    }

    // --- deleting

    askToForget(ask) {
      this.sure.hidden = !ask;
      (ask ? this.sure.querySelector("button") : this.bin).focus();
    }

    async forget() {
      if (this.busy) return;
      let said = "This chat is deleted.";
      if (this.state.session) {
        this.setBusy(true);
        try {
          const [status, data] = await this.call("DELETE", { session: this.state.session });
          if (status !== 200) throw new Error(data.error);
          if (data.messages && data.messages[0]) said = data.messages[0].text;
        } catch {
          this.setBusy(false);
          this.sure.querySelector("p").textContent = "It could not be deleted right now. Please try again when you are online.";
          this.status.textContent = this.sure.querySelector("p").textContent;
          return;
        }
        this.setBusy(false);
      }
      this.clearFailure();
      this.state = { session: "", items: [], at: 0 };
      try { localStorage.removeItem(STORE); } catch { /* nothing was kept */ }
      this.sure.hidden = true;
      this.draw();
      this.log.append(make("p", { class: "note" }, said));
      this.status.textContent = said;
      this.input.focus();
    }
  }

  customElements.define("coach-chat", CoachChat);

  const start = () => {
    let chat = document.querySelector("coach-chat");
    if (!chat) {
      chat = document.createElement("coach-chat");
      for (const [key, value] of Object.entries(given)) chat.dataset[key] = value;
      // Beside the body and in the browser's top layer: no transform, zoom or stacking of the page reaches it there.
      document.documentElement.append(chat);
      if (chat.showPopover) { chat.popover = "manual"; chat.showPopover(); }
    }
    const openers = "[data-coach-topic], [data-coach-open]";
    for (const node of document.querySelectorAll(openers)) node.hidden = false;
    document.addEventListener("click", (event) => {
      const opener = event.target instanceof Element && event.target.closest(openers);
      if (!opener || opener === chat) return;
      event.preventDefault();
      chat.open(opener.dataset.coachTopic);
    });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
