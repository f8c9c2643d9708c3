"""The login library's pages, each mounted by name, in our words, drawn inside the transaction."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts import forms
from apps.accounts.guards import public, requires
from apps.accounts.roles import Permission

View = Callable[..., HttpResponse]


def drawn(view: View) -> View:
    """Draw the page while its context is on the transaction; a refused form answers 422."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: Any = view(request, *args, **kwargs)
        if hasattr(response, "render"):
            response.context_data.pop("site", None)  # ours says more
            form = response.context_data.get("form")
            if form is not None and form.is_bound and form.errors:
                response.status_code = 422
            response.render()
        return response  # type: ignore[no-any-return]

    return page


own = requires(Permission.USE_DESK)
letter = public("whoever holds the link of the letter sets a new password; the link is the proof")

login = public("nobody is known before logging in")(
    drawn(views.LoginView.as_view(form_class=forms.LoginForm))
)
logout = public("logging out of nothing does nothing")(drawn(views.logout))
inactive = public("tells a suspended person, who is nobody, what to do")(
    drawn(views.account_inactive)
)
password_reset = public("whoever lost the password cannot log in; answers the same for anyone")(
    drawn(views.PasswordResetView.as_view(form_class=forms.ResetPasswordForm))
)
password_reset_done = public("says that a letter may be on its way; tells nothing else")(
    drawn(views.password_reset_done)
)
password_reset_from_key = letter(
    drawn(views.PasswordResetFromKeyView.as_view(form_class=forms.ResetPasswordKeyForm))
)
password_reset_from_key_done = public("says that the new password holds; tells nothing else")(
    drawn(views.password_reset_from_key_done)
)
password_change = own(drawn(views.PasswordChangeView.as_view(form_class=forms.ChangePasswordForm)))
password_set = own(drawn(views.PasswordSetView.as_view(form_class=forms.SetPasswordForm)))
reauthenticate = own(drawn(views.ReauthenticateView.as_view(form_class=forms.ReauthenticateForm)))


@public("says how accounts come about")
def signup(request: HttpRequest) -> HttpResponse:
    return render(request, "account/signup_closed.html")
