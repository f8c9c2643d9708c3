"""Who asks the API: a program with a key, or a person with a session."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.accounts.middleware import bearer_of
from apps.accounts.models import ApiKey, User


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer sli_…`. ScopeMiddleware has looked the key up, for the rows' sake."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        if not bearer_of(request._request):
            return None
        key: ApiKey | None = getattr(request._request, "api_key", None)
        if key is None:
            raise AuthenticationFailed(
                _("接口密钥无效、已停用或已过期。请在“接口密钥”页面重新生成。")
            )
        if key.reads_only and request.method not in SAFE_METHODS:
            raise PermissionDenied(_("这个接口密钥只能读取。要写入，请生成允许写入的密钥。"))
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema tells programs about keys."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": _("接口密钥，以sli_开头。")}
