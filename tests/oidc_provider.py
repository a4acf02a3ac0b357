"""A small OpenID Connect provider, as a process of its own: what an agency's own sign-on is to us.

`python -m tests.oidc_provider PORT CLIENT_ID SECRET` serves discovery, authorisation (approves at once), token (holds
PKCE and the client's secret) and keys. Who signs in and with which second factor stands in the query of /become.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

from joserfc import jwt
from joserfc.jwk import RSAKey

Start = Callable[[str, list[tuple[str, str]]], Any]


class Provider:
    """The provider's whole state: who is signed in at the agency, and the codes that are out."""

    def __init__(self, port: int, client_id: str, secret: str) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.client_id, self.secret = client_id, secret
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, private=True)
        self.claims: dict[str, Any] = {
            "sub": "agency-17",
            "amr": ["pwd", "mfa"],
            "email": "somebody@agency.example.org",
        }
        self.codes: dict[str, dict[str, str]] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        path = environ["PATH_INFO"]
        if path == "/become":
            self.claims = json.loads(query["claims"])
            return self._json(start, {})
        if path == "/.well-known/openid-configuration":
            return self._json(start, {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo", "response_types_supported": ["code"],
                "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            })  # fmt: skip
        if path == "/keys":
            return self._json(start, {"keys": [self.key.as_dict(private=False)]})
        if path == "/authorize":
            code = secrets.token_urlsafe(16)
            self.codes[code] = query
            start(
                "302 Found",
                [("Location", f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")],
            )
            return [b""]
        if path == "/token":
            return self._token(environ, start)
        if path == "/userinfo":
            return self._json(start, self.claims)
        start("404 Not Found", [])
        return [b""]

    def _token(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        basic = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Basic ")
        given = (
            base64.b64decode(basic).decode().split(":", 1)
            if basic
            else [form.get("client_id"), form.get("client_secret")]
        )
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if asked is None or given != [self.client_id, self.secret] or asked.get("code_challenge") != challenge:
            start("400 Bad Request", [("Content-Type", "application/json")])
            return [b'{"error": "invalid_grant"}']
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300, **self.claims}
        if "nonce" in asked:
            claims["nonce"] = asked["nonce"]
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return self._json(
            start, {"access_token": "opaque", "token_type": "Bearer", "id_token": token, "expires_in": 300}
        )

    @staticmethod
    def _json(start: Start, content: dict[str, Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(content).encode()]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    make_server(
        "127.0.0.1", int(sys.argv[1]), Provider(int(sys.argv[1]), *sys.argv[2:4]), handler_class=_Quiet
    ).serve_forever()
