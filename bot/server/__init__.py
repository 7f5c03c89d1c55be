"""One Starlette application for all surfaces: routes, health, figures, a request id, a graceful stop."""
