"""SCIM 2.0 (RFC 7643, RFC 7644): an identity provider such as Okta or Entra keeps the people and who belongs where."""

from bot.server.scim.config import ScimConfig
from bot.server.scim.routes import scim_routes

__all__ = ["ScimConfig", "scim_routes"]
