"""Every address of the platform. Each route says who may use it; see docs/access.md."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from apps.accounts.guards import public
from apps.accounts.health import healthz, readyz
from apps.accounts.views import api_docs, faults
from apps.accounts.views.switches import appearance

handler400 = faults.bad_request
handler403 = faults.forbidden
handler404 = faults.not_found
handler500 = faults.broken


@public("tells crawlers to stay out of everything but the public pages")
def robots(request: HttpRequest) -> HttpResponse:
    pages = ["/$", "/policy/", "/join/", "/about/", "/privacy/", "/accessibility/"]
    pages += ["/verify/", "/estimate/", "/duty/", "/register/$"]
    lines = ["User-agent: *", *(f"Allow: {page}" for page in pages), "Disallow: /"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


urlpatterns = [
    path("", include("apps.accounts.urls")),
    path("", include("apps.messaging.urls")),
    path("", include("apps.documents.urls")),
    path("", include("apps.pools.urls")),
    path("", include("apps.enterprises.urls")),
    path("", include("apps.catalogue.urls")),
    path("", include("apps.rating.urls")),
    path("", include("apps.policies.urls")),
    path("", include("apps.duty.urls")),
    path("", include("apps.billing.urls")),
    path("", include("apps.enrollment.urls")),
    path("account/", include("apps.accounts.entrance_urls")),
    path("appearance/", include(([path("", appearance, name="appearance")], "core"))),
    path(
        "language/",
        public("the language of the pages is for visitors too")(set_language),
        name="set_language",
    ),
    path("api/schema/", api_docs.schema, name="api_schema"),
    path("api/docs/", api_docs.docs, name="api_docs"),
    path("api/v1/", include("apps.accounts.api_urls")),
    path("api/v1/", include("apps.messaging.api_urls")),
    path("api/v1/", include("apps.pools.api_urls")),
    path("api/v1/", include("apps.enterprises.api_urls")),
    path("api/v1/", include("apps.catalogue.api_urls")),
    path("api/v1/", include("apps.rating.api_urls")),
    path("api/v1/", include("apps.enrollment.api_urls")),
    path("api/v1/", include("apps.policies.api_urls")),
    path("api/v1/", include("apps.duty.api_urls")),
    path("api/v1/", include("apps.billing.api_urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
]
