"""The resources of SCIM, and how far what an identity provider sends may stray from the RFCs."""

from __future__ import annotations

from typing import Final

from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ComplexAttribute,
    EnterpriseUser,
    ETag,
    Extension,
    Filter,
    Group,
    Pagination,
    Patch,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
)
from scim2_models import (
    User as CoreUser,
)

MOST: Final = 200
"""Resources in one answer."""

POLICY: Final = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,  # both send attributes that are none of Clearpost's business
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,  # Entra names whom to take out of a group in the value
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,  # Entra replaces addresses that are not there yet
)
"""What is tolerated, as Okta and Entra send it."""


class Address(ComplexAttribute):
    """An e-mail address, also one of a company's own that no registry would take (``noor@corp.local``)."""

    value: str | None = None
    display: str | None = None
    type: str | None = None
    primary: bool | None = None


class ClearpostUser(Extension):
    """What Clearpost wants to know of people and the core schema has no word for. ``hire_date`` is an ISO date."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:clearpost:2.0:User")

    track: str | None = None
    region: str | None = None
    hire_date: str | None = None


class User(CoreUser[AnyExtension]):
    """A person of the organisation."""

    emails: list[Address] | None = None  # type: ignore[assignment] # see Address: the library's own is stricter


Account = User[EnterpriseUser | ClearpostUser]
"""A person with what the extensions say."""


def described() -> ScimProvider:
    """What the service says of itself."""
    return ScimProvider(
        models=[User, Group, EnterpriseUser, ClearpostUser],
        resource_types=[ResourceType.from_resource(Account), ResourceType.from_resource(Group)],
        config=ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=MOST),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=False),
            etag=ETag(supported=False),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="Bearer token",
                    description="The token that the operator of Clearpost set for your organisation",
                    primary=True,
                )
            ],
            pagination=Pagination(cursor=False, index=True, default_page_size=MOST, max_page_size=MOST),
        ),
        policy=POLICY,
    )


__all__ = ["MOST", "POLICY", "Account", "Address", "ClearpostUser", "User", "described"]
