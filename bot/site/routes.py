"""The site on the server: pages from memory, the search, and the headers that keep them safe."""

from __future__ import annotations

import math

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.channels.web import client_address
from bot.engine import Engine
from bot.limits import Limit, Limiter
from bot.settings import Settings
from bot.site.pages import DEFAULT_ADDRESS, Page, Site

MAX_QUERY = 300
_METHODS = ("GET", "HEAD")


def site_of(request: Request) -> Site:
    """The site of this process, rendered at the first request."""
    app = request.app
    site: Site | None = getattr(app.ctx, "site", None)
    if site is None:
        settings: Settings = app.ctx.settings
        engine: Engine = app.ctx.engine
        site = Site(settings, engine.services.coach.knowledge, address=settings.public_url or _bound_address(request))
        app.ctx.site = site
    return site


def _bound_address(request: Request) -> str:
    """Where the server listens. Taken from the socket, never from what a caller claims the host to be."""
    sock = request.transport.get_extra_info("sockname") if request.transport else None
    if not isinstance(sock, tuple):
        return DEFAULT_ADDRESS
    host = str(sock[0])
    return f"http://[{host}]:{sock[1]}" if ":" in host else f"http://{host}:{sock[1]}"


def blueprint(limiter: Limiter) -> Blueprint:
    """`/`, `/faq`, `/faq/<topic>`, `/privacy`, `/widget.js`, `/sitemap.xml`, `/robots.txt`, `/openapi.yml`."""
    pages = Blueprint("site")

    @pages.route("/faq", methods=_METHODS)
    async def faq(request: Request) -> HTTPResponse:
        query = (request.args.get("q") or "").strip()
        site = site_of(request)
        if not query:
            return send(request, site, site.pages["/faq"])
        wait = await limiter.take(f"search:{client_address(request)}", Limit(2 * site.settings.chat_rate))
        if wait:
            seconds = max(1, math.ceil(wait))
            return response.text(f"Too many searches at once. Please wait {seconds} seconds and try again.", status=429, headers={"Retry-After": str(seconds)})
        engine: Engine = request.app.ctx.engine
        found = site.find(query[:MAX_QUERY], await engine.parse(query[:MAX_QUERY]))
        return send(request, site, site.results(found), cached=False)

    @pages.route("/faq/<topic:str>", methods=_METHODS)
    async def topic(request: Request, topic: str) -> HTTPResponse:
        site = site_of(request)
        page = site.pages.get(f"/faq/{topic}".rstrip("/"))
        return send(request, site, page) if page else send(request, site, site.missing(), status=404, cached=False)

    async def page(request: Request) -> HTTPResponse:
        site = site_of(request)
        return send(request, site, site.pages[request.path.rstrip("/") or "/"])

    for path in ("/", "/privacy", "/widget.js", "/sitemap.xml", "/robots.txt", "/openapi.yml"):
        pages.add_route(page, path, methods=_METHODS, name="page" + path.replace("/", "_").replace(".", "_"))

    return pages


def send(request: Request, site: Site, page: Page, *, status: int = 200, cached: bool = True) -> HTTPResponse:
    """A page, compressed when the reader's browser can unpack it; 304 when it has this very page already."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{page.etag}{"-gz" if packed else ""}"'
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
        "Cache-Control": "public, max-age=300" if cached else "no-store",
    }
    if cached:
        headers["ETag"] = etag
    if page.content_type.startswith("text/html"):
        ancestors = " ".join(("'self'", *site.settings.allowed_origins))
        headers["Content-Security-Policy"] = f"{site.content_policy}; frame-ancestors {ancestors}"
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    else:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # the widget loads from other sites' pages
    if cached and status == 200 and etag in request.headers.get("if-none-match", ""):
        return response.empty(status=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return HTTPResponse(page.packed if packed else page.body, status=status, headers=headers, content_type=page.content_type)
