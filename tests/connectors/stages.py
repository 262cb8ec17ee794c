"""Every network's stage: one literal. A stage is made with the site's address, a brand and a team."""

from collections.abc import Callable

from accounts.models import Brand, Team
from tests.connectors.bluesky.stage import BlueskyStage
from tests.connectors.email.stage import EmailStage
from tests.connectors.line.stage import LineStage
from tests.connectors.mastodon.stage import MastodonStage
from tests.connectors.matrix.stage import MatrixStage
from tests.connectors.meta.stage import FacebookStage, InstagramStage, WhatsAppStage
from tests.connectors.sandbox.stage import SandboxStage
from tests.connectors.sms.stage import SmsStage
from tests.connectors.stage import Stage
from tests.connectors.telegram.stage import TelegramStage
from tests.connectors.webchat.stage import WebchatStage
from tests.connectors.x.stage import XStage

STAGES: dict[str, Callable[[str, Brand, Team], Stage]] = {
    "bluesky": BlueskyStage,
    "email": EmailStage,
    "facebook": FacebookStage,
    "instagram": InstagramStage,
    "line": LineStage,
    "mastodon": MastodonStage,
    "matrix": MatrixStage,
    "sandbox": SandboxStage,
    "sms": SmsStage,
    "telegram": TelegramStage,
    "webchat": WebchatStage,
    "whatsapp": WhatsAppStage,
    "x": XStage,
}
