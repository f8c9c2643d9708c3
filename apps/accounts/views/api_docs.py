"""The description of the API: for machines, and a page to try it in."""

from csp.constants import SELF
from csp.decorators import csp_update
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.accounts.guards import public

# The library that draws the page writes styles into it; scripts still come from us alone.
RELAXED = {"style-src": [SELF, "'unsafe-inline'"]}

schema = public("the shape of the API holds no data")(SpectacularAPIView.as_view())
page = csp_update(RELAXED)(SpectacularSwaggerSplitView.as_view(url_name="api_schema"))
docs = public("the shape of the API holds no data")(page)  # type: ignore[arg-type]
