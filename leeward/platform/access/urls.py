"""Addresses of sign-in, administration and the log, with who may call them.

Of allauth only the pages that we use are here: no sign-up, no e-mail addresses, no reset by e-mail.
"""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.socialaccount import views as social_views
from django.urls import include, path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import PUBLIC, SIGNED_IN, may
from leeward.platform.access.views import administration, keys, log, providers, running, session, sign_on

urlpatterns = [
    path("ready", session.ready, name="ready"),
    path("session/alive", session.session_alive, name="session_alive"),
    path("act-for", session.switch_organisation, name="switch_organisation"),
    path("account", session.account, name="account"),
    path("account/sign-out-everywhere", session.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/places", session.offered_places, name="offered_places"),
    path("account/places/<int:membership_id>/accept", session.offered_accept, name="offered_accept"),
    path("account/places/<int:membership_id>/decline", session.offered_decline, name="offered_decline"),
    path("invitation/<str:token>", session.invitation, name="invitation"),
    path("sign-in", account_views.login, name="account_login"),
    path("sign-out", account_views.logout, name="account_logout"),
    path("sign-in/inactive", account_views.account_inactive, name="account_inactive"),
    path("sign-in/again", account_views.reauthenticate, name="account_reauthenticate"),
    path("sign-in/closed", account_views.signup, name="account_signup"),
    path("account/password", session.change_password, name="account_change_password"),
    path("second-factor", mfa_views.index, name="mfa_index"),
    path("second-factor/show", mfa_views.authenticate, name="mfa_authenticate"),
    path("second-factor/again", mfa_views.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/", include("allauth.mfa.totp.urls")),
    path("second-factor/codes/", include("allauth.mfa.recovery_codes.urls")),
    path("second-factor/passkeys/", include("allauth.mfa.webauthn.urls")),
    path("sign-on/joined", social_views.connections, name="socialaccount_connections"),
    path("sign-on/cancelled", social_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-on/error", social_views.login_error, name="socialaccount_login_error"),
    path("sign-on/closed", social_views.signup, name="socialaccount_signup"),
    # Before the library's own, of the same names: an agency's server that is down is a page, not an error.
    path("sign-on/oidc/<str:provider_id>/login/", sign_on.begin, name="openid_connect_login"),
    path("sign-on/oidc/<str:provider_id>/login/callback/", sign_on.come_back, name="openid_connect_callback"),
    path("partnership", running.partnership, name="partnership"),
    path("organisations", administration.organisations, name="organisations"),
    path("organisations/add", administration.organisation_add, name="organisation_add"),
    path("organisations/<int:organisation_id>", administration.organisation, name="organisation"),
    path("organisations/<int:organisation_id>/change", administration.organisation_edit, name="organisation_edit"),
    path("organisations/<int:organisation_id>/teams/add", administration.team_add, name="team_add"),
    path("organisations/<int:organisation_id>/users/add", administration.user_add, name="user_add"),
    path("teams/<int:team_id>", administration.team_edit, name="team_edit"),
    path("members/<int:membership_id>", administration.membership_edit, name="membership_edit"),
    path("members/<int:membership_id>/account", administration.membership_account, name="membership_account"),
    path("members/<int:membership_id>/invite", administration.membership_invite, name="membership_invite"),
    path("members/<int:membership_id>/end", administration.membership_end, name="membership_end"),
    path("members/<int:membership_id>/restore", administration.membership_restore, name="membership_restore"),
    path("members/<int:membership_id>/reset", administration.membership_reset, name="membership_reset"),
    path("log", log.log, name="log"),
    path("log/answer", log.log_answer, name="log_answer"),
    path("identity-providers", providers.providers, name="identity_providers"),
    path("identity-providers/add", providers.provider_add, name="provider_add"),
    path("identity-providers/<int:provider_id>", providers.provider, name="provider"),
    path("identity-providers/<int:provider_id>/change", providers.provider_change, name="provider_change"),
    path("identity-providers/<int:provider_id>/secret", providers.provider_secret, name="provider_secret"),
    path("identity-providers/<int:provider_id>/test", providers.provider_test, name="provider_test"),
    path("identity-providers/<int:provider_id>/switch", providers.provider_switch, name="provider_switch"),
    path("api-keys", keys.keys, name="api_keys"),
    path("api-keys/add", keys.key_add, name="api_key_add"),
    path("api-keys/<int:key_id>/revoke", keys.key_revoke, name="api_key_revoke"),
]
_ADMINISTER = may(Permission.MANAGE_USERS)
WHO = {
    **dict.fromkeys(
        ("ready", "invitation", "account_login", "account_inactive", "account_signup", "mfa_authenticate",
         "mfa_login_webauthn", "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
         "openid_connect_login", "openid_connect_callback", "account_logout"),
        PUBLIC,
    ),
    **dict.fromkeys(
        ("session_alive", "switch_organisation", "account", "sign_out_everywhere", "account_reauthenticate",
         "offered_places", "offered_accept", "offered_decline",
         "account_change_password", "mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
         "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn",
         "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_reauthenticate_webauthn",
         "socialaccount_connections"),
        SIGNED_IN,
    ),
    **dict.fromkeys(
        ("organisations", "organisation", "team_add", "user_add", "team_edit", "membership_edit", "membership_account",
         "membership_invite", "membership_end",
         "membership_restore", "membership_reset", "identity_providers", "provider_add", "provider",
         "provider_change", "provider_secret", "provider_test", "provider_switch", "api_keys", "api_key_add",
         "api_key_revoke"),
        _ADMINISTER,
    ),
    **dict.fromkeys(("partnership", "organisation_add", "organisation_edit"), may(Permission.MANAGE_PARTNERSHIP)),
    **dict.fromkeys(("log", "log_answer"), may(Permission.REVIEW_ACCESS)),
}  # fmt: skip
