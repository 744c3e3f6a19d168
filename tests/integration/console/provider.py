"""A small OpenID Connect provider: it signs in whoever comes, and checks what a provider must check."""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

ISSUER = "https://login.example.com/realms/cx"
CLIENT = "console"
SECRET = "of-the-client"


class Provider:
    """`claims` are added to each id token or replace what is in it; `wrong` names what the provider does wrong."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
        self.signs_with: Any = self.key
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.claims: dict[str, Any] = {"email": "anna@example.com", "name": "Anna", "groups": ["cx-team"]}
        self.issuer = ISSUER
        self.asked: list[Mapping[str, str]] = []
        self._codes: dict[str, Mapping[str, str]] = {}
        self.app = Starlette(
            routes=[
                Route("/realms/cx/.well-known/openid-configuration", self._discovery),
                Route("/realms/cx/keys", self._keys),
                Route("/realms/cx/authorize", self._authorize),
                Route("/realms/cx/token", self._token, methods=["POST"]),
            ]
        )

    async def _discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
            }
        )

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"], "iss": ISSUER})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", 303)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        given = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        asked = self._codes.pop(str(form["code"]), None)
        digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            given != f"{CLIENT}:{SECRET}"
            or asked is None
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            **self.claims,
        }
        token = jwt.encode(
            self.header,
            {name: value for name, value in claims.items() if value is not None},
            self.signs_with,
            algorithms=[self.header["alg"]],
        )
        return JSONResponse({"access_token": "secret", "token_type": "Bearer", "id_token": token})
