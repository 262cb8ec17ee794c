"""Finds the invitation behind a token."""

from hashlib import sha256

from accounts.models import Invitation


def hash_token(token: str) -> str:
    """Return what is stored of a token; 256 random bits need no slow hash."""
    return sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation that this token still opens, with its organization and inviter."""
    found = Invitation.objects.open().select_related("organization", "invited_by")
    invitation = found.filter(token_hash=hash_token(token)).first()
    if invitation is None or invitation.invited_by is None:
        return None
    # Somebody who has lost the power to grant the role leaves no open door behind.
    return invitation if invitation.invited_by.outranks(invitation.role) else None
