"""The calls of the port, made with botbuilder's ``CloudAdapter``.

What botbuilder does otherwise than one needs, and what is done about it here (each has its test):

- it drops the tenant of a conversation: activities are read as JSON, never through its model;
- ``CloudAdapter.process`` serialises the answer to an invoke twice: ``process_activity`` is called instead, and what
  the handler returns goes out as it is;
- an unsigned or badly signed request raises one of many exceptions: all of them become 401 here, and 503 where the
  keys cannot be fetched;
- a token without ``serviceurl``, an activity without ``serviceUrl`` and its emulator's tokens pass its check: all
  are refused here;
- it sends a POST again by itself after a broken connection: no retries here, the callers decide.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    ConversationReference,
    Mention,
)
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    AuthenticateRequestResult,
    AuthenticationConfiguration,
    AuthenticationConstants,
    BotFrameworkAuthenticationFactory,
    ClaimsIdentity,
    ConnectorFactory,
    JwtTokenExtractor,
    PasswordServiceClientCredentialFactory,
)
from msrest.exceptions import ClientRequestError, HttpOperationError
from msrest.pipeline import AsyncHTTPPolicy  # type: ignore[attr-defined] # msrest exports it without saying so

from bot.channels.teams.microsoft.failures import failed_connection, failed_request
from bot.channels.teams.microsoft.tokens import AppTokens, Clock, KeysUnreachableError, SigningKeys
from bot.channels.teams.port import Json, Post, Reception, RefusedError
from bot.channels.teams.references import text
from bot.errors import UndeliverableError
from bot.ports import Profile

_CARD: Final = "application/vnd.microsoft.card.adaptive"
_CHANNEL: Final = "msteams"
_PATIENCE: Final = 10  # seconds for one call to Teams
_PAGE: Final = 500  # members in one answer
_MOST_PAGES: Final = 60  # a team has at most 25,000 members
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where Microsoft's servers are: those of the public cloud, unless told otherwise."""

    keys: str = AuthenticationConstants.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL
    emulator_keys: str = AuthenticationConstants.TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL
    issuer: str = AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER
    login: str = AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX
    scope: str = AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE
    graph: str = "https://graph.microsoft.com"


class BotbuilderTransport:
    """Implements ``Transport``. ``tokens`` is ``None`` for the Playground alone, which signs nothing."""

    def __init__(self, app_id: str, tokens: AppTokens | None, clock: Clock, cloud: Cloud | None = None) -> None:
        self._app_id = app_id
        self._unauthenticated = tokens is None
        self._cloud = cloud or Cloud()
        self._authentication = _authentication(app_id, self._cloud, clock)
        self._adapter = CloudAdapter(self._authentication)
        self._connectors = _Connectors(tokens, self._cloud.scope)
        self._authentication.create_connector_factory = lambda _identity: self._connectors
        self._authentication.create_user_token_client = _no_user_tokens

    async def receive(
        self, authorization: str, activity: Json, handle: Callable[[Json], Awaitable[Reception]]
    ) -> Reception:
        """Verify who sent an activity and let it be handled."""
        envelope = _envelope(activity)
        verified = await self._verified(authorization, envelope)
        handled = Reception()

        async def turn(_context: TurnContext) -> None:
            nonlocal handled
            handled = await handle(activity)

        await self._adapter.process_activity(verified, envelope, turn)
        return handled

    async def send(self, reference: Json, post: Post) -> str:
        """Continue a conversation with a message."""

        async def turn(context: TurnContext) -> str:
            sent = await context.send_activity(_activity(post))
            return str(sent.id or "") if sent else ""

        return await self._continue(reference, turn)

    async def update(self, reference: Json, message: str, post: Post) -> None:
        """Put something else in place of a message."""

        async def turn(context: TurnContext) -> str:
            activity = _activity(post)
            activity.id = message
            await context.update_activity(activity)
            return message

        await self._continue(reference, turn)

    async def open(self, origin: Json, member: str) -> Json:
        """The reference of the personal chat with somebody; Teams gives the same one each time."""
        tenant, opened = text(origin, "conversation", "tenantId"), ""
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=text(origin, "bot", "id")),
            members=[ChannelAccount(id=member)],
            tenant_id=tenant,
            channel_data={"tenant": {"id": tenant}},
        )

        async def turn(context: TurnContext) -> None:
            nonlocal opened
            opened = str(context.activity.conversation.id)

        await _told(
            self._adapter.create_conversation(
                self._app_id, turn, parameters, channel_id=_CHANNEL, service_url=text(origin, "serviceUrl")
            )
        )
        conversation = {"id": opened, "conversationType": "personal", "tenantId": tenant}
        return {**origin, "user": {"id": member}, "conversation": conversation}

    async def profile(self, reference: Json, member: str) -> Profile:
        """What Teams tells of a member of a conversation."""
        connector = await self._connectors.create(text(reference, "serviceUrl"))
        conversation = text(reference, "conversation", "id")
        found = await _told(connector.conversations.get_conversation_member(conversation, member))
        return Profile(name=str(found.name or ""), email=str(found.additional_properties.get("email") or ""))

    async def members(self, reference: Json) -> Mapping[str, Profile]:
        """Everybody of a team, page by page."""
        connector = await self._connectors.create(text(reference, "serviceUrl"))
        ask = connector.conversations.get_teams_conversation_paged_members
        team, tenant = text(reference, "conversation", "id"), text(reference, "conversation", "tenantId")
        found: dict[str, Profile] = {}
        more: str | None = None
        for _ in range(_MOST_PAGES):
            page = await _told(ask(team, _PAGE, more))
            for each in page.members or ():
                if each.aad_object_id and (each.tenant_id or tenant).lower() == tenant:
                    found[str(each.aad_object_id)] = Profile(name=str(each.name or ""), email=str(each.email or ""))
            more = page.continuation_token
            if not more:
                return found
        raise UndeliverableError("the roster of the team does not end; look at the team in Teams")

    async def close(self) -> None:
        """Close the connections to Teams."""
        await self._connectors.close()

    async def _continue(self, reference: Json, turn: Callable[[TurnContext], Awaitable[str]]) -> str:
        result = ""

        async def logic(context: TurnContext) -> None:
            nonlocal result
            context.activity.id = None  # botbuilder makes one up, and would reply to a message that is not there
            result = await turn(context)

        await _told(self._adapter.continue_conversation(_reference(reference), logic, self._app_id))
        return result

    async def _verified(self, authorization: str, envelope: Activity) -> AuthenticateRequestResult:
        """Who sent an activity, to be handed on to the adapter.

        Raises:
            RefusedError: nobody who may.
        """
        if not authorization and not self._unauthenticated:
            raise RefusedError(401, "the request has no token")
        if envelope.channel_id != _CHANNEL:
            raise RefusedError(403, "the activity comes from another channel than Teams")
        if not envelope.service_url:
            raise RefusedError(400, "the activity names no service to answer to")
        if self._unauthenticated:
            if not _is_this_machine(envelope.service_url):
                raise RefusedError(403, "without an app id only a Playground on this machine is answered")
            return await self._authenticated(envelope, None)
        verified = await self._signed(authorization, envelope)
        claim = verified.claims_identity.get_claim_value
        if claim("iss") != self._cloud.issuer:  # botbuilder takes its emulator's tokens, too
            raise RefusedError(401, "the token is of another issuer")
        if claim("serviceurl") != envelope.service_url:
            raise RefusedError(401, "the token belongs to another service")
        return verified

    async def _signed(self, authorization: str, envelope: Activity) -> AuthenticateRequestResult:
        try:
            return await self._authenticated(envelope, authorization)
        except KeysUnreachableError as error:
            raise RefusedError(503, str(error)) from error
        except PermissionError as error:
            raise RefusedError(401, "the token is refused") from error
        except Exception as error:  # botbuilder raises what it meets: whatever it is, the sender is not proven
            raise RefusedError(401, f"the token cannot be read ({type(error).__name__})") from error

    async def _authenticated(self, envelope: Activity, authorization: str | None) -> AuthenticateRequestResult:
        """The check of botbuilder itself; ``None`` instead of a token is taken where there is no app id."""
        verified = await self._authentication.authenticate_request(envelope, authorization)
        verified.connector_factory = self._connectors
        return verified


class _Connectors(ConnectorFactory):  # type: ignore[misc] # botbuilder ships no types
    """Clients of Teams' servers, one for each of their addresses, so that connections are used again."""

    def __init__(self, tokens: AppTokens | None, scope: str) -> None:
        self._tokens = tokens
        self._scope = scope
        self._clients: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, audience: str = "") -> ConnectorClient:  # noqa: ARG002 - botbuilder's
        """The client of one address."""
        client = self._clients.get(service_url)
        if client is None:
            client = ConnectorClient(_Signed(self._tokens, self._scope), base_url=service_url)
            client.config.retry_policy.retries = 0
            client.config.connection.timeout = _PATIENCE
            client.config.redirect_policy.allow = False
            self._clients[service_url] = client
        return client

    async def close(self) -> None:
        """Close every connection."""
        while self._clients:
            _, client = self._clients.popitem()
            await client.__aexit__()


class _Signed(AsyncHTTPPolicy[Any, Any]):
    """Puts the app's token on a request, without holding up the event loop for it."""

    def __init__(self, tokens: AppTokens | None, scope: str) -> None:
        super().__init__()
        self._tokens = tokens
        self._scope = scope

    async def send(self, request: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - msrest's signature
        """Sign and send a request."""
        if self._tokens is not None:
            request.http_request.headers["Authorization"] = f"Bearer {await self._tokens.get(self._scope)}"
        assert self.next is not None  # a policy is always followed by what sends
        return await self.next.send(request, **kwargs)


def _authentication(app_id: str, cloud: Cloud, clock: Clock) -> Any:  # noqa: ANN401 - botbuilder ships no types
    for url in (cloud.keys, cloud.emulator_keys):
        JwtTokenExtractor.metadataCache[url] = SigningKeys(url, clock)
    return BotFrameworkAuthenticationFactory.create(
        validate_authority=True,
        to_channel_from_bot_login_url=cloud.login,
        to_channel_from_bot_oauth_scope=cloud.scope,
        to_bot_from_channel_token_issuer=cloud.issuer,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=cloud.keys,
        to_bot_from_emulator_open_id_metadata_url=cloud.emulator_keys,
        caller_id="urn:botframework:azure",
        credential_factory=PasswordServiceClientCredentialFactory(
            app_id, ""
        ),  # knows the id; tokens come from AppTokens
        auth_configuration=AuthenticationConfiguration(),
    )


async def _no_user_tokens(_identity: ClaimsIdentity) -> None:
    """Nobody signs in to other services through Clearpost."""


def _is_this_machine(address: str) -> bool:
    try:
        return urlsplit(address).hostname in _LOOPBACK
    except ValueError:  # such as half an IPv6 address
        return False


def _envelope(activity: Json) -> Activity:
    """What botbuilder needs to know of an activity; the rest of it stays JSON."""
    return Activity(
        type=text(activity, "type"),
        id=text(activity, "id"),
        channel_id=text(activity, "channelId"),
        service_url=text(activity, "serviceUrl"),
        from_property=ChannelAccount(id=text(activity, "from", "id")),
        recipient=ChannelAccount(id=text(activity, "recipient", "id")),
        conversation=ConversationAccount(id=text(activity, "conversation", "id")),
    )


def _reference(reference: Json) -> ConversationReference:
    def account(side: str) -> ChannelAccount:
        return ChannelAccount(
            id=text(reference, side, "id") or None,
            name=text(reference, side, "name") or None,
            aad_object_id=text(reference, side, "aadObjectId") or None,
        )

    return ConversationReference(
        service_url=text(reference, "serviceUrl"),
        channel_id=text(reference, "channelId") or _CHANNEL,
        bot=account("bot"),
        user=account("user"),
        conversation=ConversationAccount(
            id=text(reference, "conversation", "id"),
            conversation_type=text(reference, "conversation", "conversationType") or None,
            tenant_id=text(reference, "conversation", "tenantId") or None,
        ),
    )


def _activity(post: Post) -> Activity:
    if post.typing:
        return Activity(type=ActivityTypes.typing)
    activity = Activity(type=ActivityTypes.message, text=post.text or None, summary=post.summary or None)
    if post.card is not None:
        activity.attachments = [Attachment(content_type=_CARD, content=dict(post.card))]
    if post.mention is not None:
        identifier, name = post.mention
        mentioned = ChannelAccount(id=identifier, name=name)
        activity.entities = [Mention(mentioned=mentioned, text=f"<at>{name}</at>", type="mention")]
    return activity


async def _told(call: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever botbuilder returns
    """The result of a call to Teams, its failures in our own words."""
    try:
        return await call
    except HttpOperationError as error:  # botbuilder's own is one of them
        code = getattr(getattr(error.error, "error", None), "code", None)
        headers = error.response.headers if error.response is not None else {}
        status = error.response.status_code if error.response is not None else HTTPStatus.BAD_GATEWAY
        raise failed_request(int(status), str(code or ""), str(headers.get("Retry-After", ""))) from error
    except ClientRequestError as error:
        raise failed_connection(reached=not _never_left(error.inner_exception)) from error


def _never_left(error: BaseException | None) -> bool:
    """Whether a request surely did not reach the other side."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    return isinstance(error, requests.ConnectionError) and "NewConnectionError" in repr(error)


__all__ = ["BotbuilderTransport", "Cloud"]
